/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-gateway.c: gateways to other networks: in, out, and who is there. XEP-0100
 *
 * An address is asked whether it is a gateway before it is treated as one: leaving a gateway takes
 * everybody of its domain from the contact list. */

#include "im/im-gateway.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-contact-private.h"
#include "im/im-discover.h"
#include "im/im-presence.h"
#include "im/im-registration.h"
#include "xmpp/xmpp-jid-escape.h"

#define MAX_CONTACT_BYTES 1023
#define MAX_TEXT_BYTES 1023

typedef struct
{
  XmppJid *gateway; /* (owned) */
  char *contact; /* (owned) (nullable) */
  void (*go_on) (GTask *task); /* takes the task, once it is known for a gateway */
} Errand;

static void
free_errand (gpointer data)
{
  Errand *errand = data;

  xmpp_jid_unref (errand->gateway);
  g_free (errand->contact);
  g_free (errand);
}

static gboolean
is_gateway (XmppNode *query)
{
  XmppNode *identity = xmpp_node_find (query, "identity", XMPP_NS_DISCO_INFO);

  while (identity != NULL && g_strcmp0 (xmpp_node_get (identity, "category"), "gateway") != 0)
    identity = xmpp_node_find_next (identity, "identity", XMPP_NS_DISCO_INFO);
  return identity != NULL;
}

static void
discovered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Errand *errand = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (XmppNode) query = im_account_discover_finish (IM_ACCOUNT (source), result, &error);

  if (query == NULL)
    g_task_return_error (task, error);
  else if (!is_gateway (query))
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "%s is no gateway.",
                             xmpp_jid_get_text (errand->gateway));
  else if (im_account_check_online (IM_ACCOUNT (source), task))
    errand->go_on (g_steal_pointer (&task));
}

/* Its registration is the account itself: to end that is another matter. */
static gboolean
check_other (ImAccount *account, XmppJid *gateway, GError **error)
{
  if (!g_str_equal (xmpp_jid_get_domain (gateway), xmpp_jid_get_domain (account->jid)))
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "%s is the server of this account, not a gateway", xmpp_jid_get_text (gateway));
  return FALSE;
}

static void
run (ImAccount *account,
     XmppJid *gateway,
     const char *contact,
     void (*go_on) (GTask *task),
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  GTask *task = g_task_new (account, NULL, callback, user_data);
  Errand *errand = g_new0 (Errand, 1);
  GError *error = NULL;

  errand->gateway = xmpp_jid_ref (gateway);
  errand->contact = g_strdup (contact);
  errand->go_on = go_on;
  g_task_set_task_data (task, errand, free_errand);
  if (!check_other (account, gateway, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  im_account_discover_async (account, FALSE, gateway, NULL, NULL, discovered_cb, task);
}

static void
ignore_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!im_account_edit_roster_finish (IM_ACCOUNT (source), result, &error))
    g_message ("The contact list does not follow the gateway: %s", error->message);
}

static void
subscribe (ImAccount *account, ImContact *contact)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();

  g_ptr_array_add (contacts, contact);
  im_account_edit_roster_async (account, IM_ROSTER_SUBSCRIBE, contacts, NULL, ignore_cb, NULL);
}

/**
 * im_gateway_register:
 * @account: that is online
 * @gateway: the address of a gateway, a domain
 *
 * Returns: (transfer full) (nullable): on its way
 * Errors: IM_ERROR_DISCONNECTED, IM_ERROR_INVALID_ARGUMENT
 * Spec: XEP-0100 §4.1
 */
ImRegistrar *
im_gateway_register (ImAccount *account, XmppJid *gateway, GError **error)
{
  if (im_account_get_session (account) == NULL)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_DISCONNECTED,
                           "The account has to be online for that.");
      return NULL;
    }
  if (xmpp_jid_get_local (gateway) != NULL || xmpp_jid_get_resource (gateway) != NULL)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "“%s” is not the address of a gateway", xmpp_jid_get_text (gateway));
      return NULL;
    }
  if (!check_other (account, gateway, error))
    return NULL;
  return im_registrar_new_at_gateway (IM_ACCOUNT_WIRE (account, registration), account, gateway);
}

/** im_gateway_registered: @gateway: knows us now, so it and we shall see each other. Spec: XEP-0100
 * §4.1.1, steps 7 to 11 */
void
im_gateway_registered (ImAccount *account, XmppJid *gateway)
{
  ImContact *contact = im_account_ensure_contact (account, gateway);

  if (account->gateways == NULL)
    account->gateways = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (account->gateways, g_strdup (xmpp_jid_get_text (gateway)));
  if (im_contact_get_publish (contact) == IM_SUBSCRIPTION_ASK)
    im_gateway_welcome (account, contact);
  subscribe (account, contact);
}

/** im_gateway_welcome: @contact: wishes to see us. Returns: whether we have just registered with
 * it: then it may, once */
gboolean
im_gateway_welcome (ImAccount *account, ImContact *contact)
{
  XmppNode *presence;

  if (account->gateways == NULL ||
      !g_hash_table_remove (account->gateways, xmpp_jid_get_text (im_contact_get_jid (contact))))
    return FALSE;
  presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);
  xmpp_node_set (presence, "type", "subscribed");
  xmpp_node_set (presence, "to", xmpp_jid_get_text (im_contact_get_jid (contact)));
  xmpp_session_send (im_account_get_session (account), presence);
  return TRUE;
}

typedef struct
{
  const char *domain;
  GPtrArray *contacts; /* (owned) */
} Behind;

static void
collect_cb (ImContact *contact, gpointer user_data)
{
  Behind *behind = user_data;

  if (im_contact_is_kept (contact) &&
      g_str_equal (xmpp_jid_get_domain (im_contact_get_jid (contact)), behind->domain))
    g_ptr_array_add (behind->contacts, contact);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (im_account_edit_roster_finish (IM_ACCOUNT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
left_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *account = g_task_get_source_object (task);
  Errand *errand = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  Behind behind = { xmpp_jid_get_domain (errand->gateway), contacts };

  if (answer == NULL)
    {
      g_task_return_error (task, im_error_from_answer (error));
      return;
    }
  im_account_foreach_contact (account, collect_cb, &behind);
  im_account_edit_roster_async (account, IM_ROSTER_REMOVE, contacts, NULL, removed_cb,
                                g_steal_pointer (&task));
}

static void
leave (GTask *task)
{
  ImAccount *account = g_task_get_source_object (task);
  Errand *errand = g_task_get_task_data (task);
  const ImRegistrationWire *wire = IM_ACCOUNT_WIRE (account, registration);
  XmppNode *iq = wire->new_removal ();

  xmpp_node_set (iq, "to", xmpp_jid_get_text (errand->gateway));
  xmpp_session_request_async (im_account_get_session (account), iq, 0, NULL, left_cb, task);
}

/** im_gateway_unregister_async: @gateway: shall forget us. Spec: XEP-0100 §4.3 */
void
im_gateway_unregister_async (ImAccount *account,
                             XmppJid *gateway,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  run (account, gateway, NULL, leave, callback, user_data);
}

/** im_gateway_unregister_finish: Returns: whether it has. Errors: IM_ERROR_DISCONNECTED,
 * IM_ERROR_NOT_AVAILABLE (it is no gateway), or as it says */
gboolean
im_gateway_unregister_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
log_in (GTask *task)
{
  g_autoptr (GTask) owned G_GNUC_UNUSED = task;
  ImAccount *account = g_task_get_source_object (task);
  Errand *errand = g_task_get_task_data (task);

  im_presence_send_to (account, im_account_get_presence (account), errand->gateway);
  g_task_return_boolean (task, TRUE);
}

static void
log_out (GTask *task)
{
  g_autoptr (GTask) owned G_GNUC_UNUSED = task;
  ImAccount *account = g_task_get_source_object (task);
  Errand *errand = g_task_get_task_data (task);
  XmppNode *presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

  xmpp_node_set (presence, "type", "unavailable");
  xmpp_node_set (presence, "to", xmpp_jid_get_text (errand->gateway));
  xmpp_session_send (im_account_get_session (account), presence);
  g_task_return_boolean (task, TRUE);
}

/** im_gateway_set_online_async: @is_online: whether @gateway shall sign in to its network for us.
 * Spec: XEP-0100 §4.4, §4.5 */
void
im_gateway_set_online_async (ImAccount *account,
                             XmppJid *gateway,
                             gboolean is_online,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  run (account, gateway, NULL, is_online ? log_in : log_out, callback, user_data);
}

/** im_gateway_set_online_finish: Returns: whether it was told. Errors: IM_ERROR_DISCONNECTED,
 * IM_ERROR_NOT_AVAILABLE (it is no gateway), or as it says */
gboolean
im_gateway_set_online_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* XEP-0100 §6.2: where the gateway has no words for it, the address is escaped (XEP-0106). */
static char *
dup_escaped (Errand *errand)
{
  g_autofree char *local = xmpp_jid_escape_local (errand->contact);
  g_autoptr (XmppJid) jid =
      local != NULL
          ? xmpp_jid_new_from_parts (local, xmpp_jid_get_domain (errand->gateway), NULL, NULL)
          : NULL;

  return jid != NULL ? g_strdup (xmpp_jid_get_text (jid)) : NULL;
}

/* It speaks for nobody but those behind it. */
static char *
dup_address (Errand *errand, const char *text)
{
  g_autoptr (XmppJid) jid = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

  if (jid == NULL || xmpp_jid_get_local (jid) == NULL ||
      !g_str_equal (xmpp_jid_get_domain (jid), xmpp_jid_get_domain (errand->gateway)))
    return NULL;
  return g_strdup (xmpp_jid_get_bare_text (jid));
}

static char **
new_answer (const ImGatewayWire *wire, Errand *errand, const XmppNode *answer)
{
  char **texts = g_new0 (char *, 3);

  if (errand->contact == NULL && answer == NULL)
    texts[0] = g_strdup (""), texts[1] = g_strdup ("");
  else if (errand->contact == NULL)
    {
      g_autofree char *description = NULL;
      g_autofree char *prompt = NULL;

      wire->read_prompt (answer, &description, &prompt);
      texts[0] = im_dup_bounded (description, MAX_TEXT_BYTES);
      texts[1] = im_dup_bounded (prompt, MAX_TEXT_BYTES);
    }
  else if (answer == NULL)
    texts[0] = dup_escaped (errand);
  else
    {
      g_autofree char *said = wire->dup_address (answer);

      texts[0] = dup_address (errand, said);
    }
  if (texts[0] == NULL)
    g_clear_pointer (&texts, g_strfreev);
  return texts;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Errand *errand = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  gboolean has_no_words =
      g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE) ||
      g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED);
  char **texts;

  if (answer == NULL && !has_no_words)
    {
      g_task_return_error (task, im_error_from_answer (error));
      return;
    }
  texts = new_answer (IM_ACCOUNT_WIRE (g_task_get_source_object (task), gateway), errand, answer);
  if (texts != NULL)
    g_task_return_pointer (task, texts, (GDestroyNotify) g_strfreev);
  else
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_SERVICE_CONFUSED,
                             "The gateway does not know such an address.");
}

static void
ask (GTask *task)
{
  ImAccount *account = g_task_get_source_object (task);
  Errand *errand = g_task_get_task_data (task);
  const ImGatewayWire *wire = IM_ACCOUNT_WIRE (account, gateway);

  xmpp_session_request_async (
      im_account_get_session (account),
      wire->new_prompt (xmpp_jid_get_text (errand->gateway), errand->contact), 0, NULL, asked_cb,
      task);
}

/**
 * im_gateway_ask_async:
 * @contact: (nullable): how somebody is called there; NULL: what people have to type
 *
 * Spec: XEP-0100 §6.3
 */
void
im_gateway_ask_async (ImAccount *account,
                      XmppJid *gateway,
                      const char *contact,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  if (contact != NULL && (*contact == '\0' || strlen (contact) > MAX_CONTACT_BYTES))
    g_task_report_new_error (account, callback, user_data, NULL, IM_ERROR,
                             IM_ERROR_INVALID_ARGUMENT, "That is nobody's address");
  else
    run (account, gateway, contact, ask, callback, user_data);
}

/** im_gateway_ask_finish: Returns: (transfer full) (nullable): description and prompt, each perhaps
 * "", or one address. Errors: IM_ERROR_DISCONNECTED, IM_ERROR_NOT_AVAILABLE (it is no gateway),
 * IM_ERROR_SERVICE_CONFUSED, or as it says */
char **
im_gateway_ask_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
