/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-register.c: an account is asked for, asks for another password, or for its end. XEP-0077,
 * with XEP-0158 and XEP-0231 for the pictures in its forms, and XEP-0445 for invitations */

#include <string.h>

#include "im/im-module.h"
#include "im/im-registration.h"
#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-ns.h"

#define MAX_MEDIUM_BYTES (256 * 1024)
#define MAX_TYPE_BYTES 100
#define MAX_URL_BYTES 2000

/* XEP-0077 §14.1: the fields that are older than forms, and what people are asked. */
static const struct
{
  const char *name;
  const char *label;
  ImFieldType type;
} plain_fields[] = {
  { "username", "User name", IM_FIELD_TEXT_SINGLE },
  { "password", "Password", IM_FIELD_TEXT_PRIVATE },
  { "nick", "Nickname", IM_FIELD_TEXT_SINGLE },
  { "name", "Full name", IM_FIELD_TEXT_SINGLE },
  { "first", "First name", IM_FIELD_TEXT_SINGLE },
  { "last", "Last name", IM_FIELD_TEXT_SINGLE },
  { "email", "Email address", IM_FIELD_TEXT_SINGLE },
  { "address", "Street", IM_FIELD_TEXT_SINGLE },
  { "city", "City", IM_FIELD_TEXT_SINGLE },
  { "state", "State", IM_FIELD_TEXT_SINGLE },
  { "zip", "Postal code", IM_FIELD_TEXT_SINGLE },
  { "phone", "Telephone number", IM_FIELD_TEXT_SINGLE },
  { "url", "Web page", IM_FIELD_TEXT_SINGLE },
  { "date", "Date", IM_FIELD_TEXT_SINGLE },
};

static XmppNode *
new_iq (const char *type, const char *to)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", type);
  if (to != NULL)
    xmpp_node_set (iq, "to", to);
  return iq;
}

/* Example 18 */
static XmppNode *
new_password (XmppJid *account, const char *password)
{
  XmppNode *iq = new_iq ("set", xmpp_jid_get_domain (account));
  XmppNode *query = xmpp_node_add (iq, "query", XMPP_NS_REGISTER);

  xmpp_node_add_with_text (query, "username", NULL, xmpp_jid_get_local (account));
  xmpp_node_add_with_text (query, "password", NULL, password);
  xmpp_node_set_secret (iq);
  return iq;
}

/* Example 10: to our own server, without any address */
static XmppNode *
new_removal (void)
{
  XmppNode *iq = new_iq ("set", NULL);
  XmppNode *query = xmpp_node_add (iq, "query", XMPP_NS_REGISTER);

  xmpp_node_add (query, "remove", NULL);
  return iq;
}

/* XEP-0445 §4 */
static gboolean
takes_token (const XmppNode *features)
{
  return xmpp_node_find (features, "register", XMPP_NS_IBR_TOKEN) != NULL;
}

static XmppNode *
new_token (const char *server, const char *token)
{
  XmppNode *iq = new_iq ("set", server);

  xmpp_node_set (xmpp_node_add (iq, "preauth", XMPP_NS_PARS), "token", token);
  return iq;
}

/* Example 1 */
static XmppNode *
new_question (const char *server)
{
  XmppNode *iq = new_iq ("get", server);

  xmpp_node_add (iq, "query", XMPP_NS_REGISTER);
  return iq;
}

/* Example 2. §3.1: what is asked for is needed. */
static ImForm *
read_plain (const XmppNode *query)
{
  g_autoptr (ImForm) form = im_form_new ();
  const char *instructions = xmpp_node_get_child_text (query, "instructions", XMPP_NS_REGISTER);

  for (guint i = 0; i < G_N_ELEMENTS (plain_fields); i++)
    {
      const char *value = xmpp_node_get_child_text (query, plain_fields[i].name, XMPP_NS_REGISTER);

      if (value == NULL)
        continue;
      im_form_add (form, plain_fields[i].type, plain_fields[i].name, plain_fields[i].label)
          ->is_required = TRUE;
      /* Example 5: what it knows; of secrets nobody needs to be told. */
      if (*value != '\0' && strlen (value) <= MAX_URL_BYTES &&
          plain_fields[i].type != IM_FIELD_TEXT_PRIVATE)
        im_form_fill_in (form, plain_fields[i].name, value);
    }
  im_form_set_instructions (form, instructions);
  return form->fields->len > 0 ? g_steal_pointer (&form) : NULL;
}

/* XEP-0068: of the feature itself, or of the captcha in it. */
static gboolean
is_of_registration (const ImForm *form)
{
  const char *kind = im_form_get_form_type (form);

  return *kind == '\0' || strcmp (kind, XMPP_NS_REGISTER) == 0 ||
         strcmp (kind, XMPP_NS_CAPTCHA) == 0;
}

/* §4: a form says more than the fields beside it; §5: so does a page elsewhere, where there is
 * neither. */
static void
read_question (const XmppNode *answer, ImRegistrationQuestion *question)
{
  const XmppNode *query = xmpp_node_find (answer, "query", XMPP_NS_REGISTER);
  const XmppNode *x = query != NULL ? xmpp_node_find (query, "x", XMPP_NS_DATA_FORMS) : NULL;
  const XmppNode *oob = query != NULL ? xmpp_node_find (query, "x", XMPP_NS_OOB) : NULL;
  const char *url = oob != NULL ? xmpp_node_get_child_text (oob, "url", XMPP_NS_OOB) : NULL;

  *question = (ImRegistrationQuestion){ 0 };
  if (url != NULL && *url != '\0' && strlen (url) <= MAX_URL_BYTES)
    question->url = g_strdup (url);
  question->is_registered =
      query != NULL && xmpp_node_find (query, "registered", XMPP_NS_REGISTER) != NULL;
  if (x != NULL && g_strcmp0 (xmpp_node_get (x, "type"), "form") == 0)
    question->form = im_form_new_from_node (x);
  if (question->form != NULL && !is_of_registration (question->form))
    g_clear_pointer (&question->form, im_form_free);
  if (question->form != NULL || query == NULL)
    return;
  question->form = read_plain (query);
  question->is_plain = TRUE;
}

/* Examples 3 and 8 */
static XmppNode *
new_answers (const char *server,
             const ImRegistrationQuestion *question,
             GVariant *answers,
             GHashTable *secrets)
{
  XmppNode *iq = new_iq ("set", server);
  XmppNode *query = xmpp_node_add (iq, "query", XMPP_NS_REGISTER);

  xmpp_node_set_secret (iq);
  if (!question->is_plain)
    {
      im_form_submit (question->form, answers, secrets, query);
      return iq;
    }
  for (guint i = 0; i < question->form->fields->len; i++)
    {
      const ImField *field = question->form->fields->pdata[i];
      g_autoptr (GVariant) given =
          g_variant_lookup_value (answers, field->var, G_VARIANT_TYPE_STRING_ARRAY);
      g_autofree const char **values = given != NULL ? g_variant_get_strv (given, NULL) : NULL;

      const char *secret = secrets != NULL ? g_hash_table_lookup (secrets, field->var) : NULL;
      const char *plain =
          values != NULL && values[0] != NULL ? values[0] : im_field_get_value (field);

      xmpp_node_add_with_text (query, field->var, NULL, secret != NULL ? secret : plain);
    }
  return iq;
}

/* XEP-0231 §2.2 */
static XmppNode *
new_medium (const char *server, const char *cid)
{
  XmppNode *iq = new_iq ("get", server);

  xmpp_node_set (xmpp_node_add (iq, "data", XMPP_NS_BOB), "cid", cid);
  return iq;
}

static const XmppNode *
find_data (const XmppNode *parent, const char *cid)
{
  const XmppNode *data = xmpp_node_find (parent, "data", XMPP_NS_BOB);

  while (data != NULL && g_strcmp0 (xmpp_node_get (data, "cid"), cid) != 0)
    data = xmpp_node_find_next (data, "data", XMPP_NS_BOB);
  return data;
}

/* RFC 2397 knows no line ends, but servers write them. */
static char *
dup_without_space (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (!g_ascii_isspace (*text))
      g_string_append_c (out, *text);
  return g_string_free (out, FALSE);
}

/* XEP-0158 §3: beside the question, or in it; or what new_medium () brought. */
static GBytes *
read_medium (const XmppNode *iq, const char *cid, char **type)
{
  const XmppNode *query = xmpp_node_find (iq, "query", XMPP_NS_REGISTER);
  const XmppNode *data = find_data (iq, cid);
  const char *said;
  g_autofree char *text = NULL;
  guchar *bytes;
  size_t length = 0;

  if (data == NULL && query != NULL)
    data = find_data (query, cid);
  said = data != NULL ? xmpp_node_get (data, "type") : NULL;
  if (data == NULL || strlen (xmpp_node_get_text (data)) > MAX_MEDIUM_BYTES / 3 * 4)
    return NULL;
  text = dup_without_space (xmpp_node_get_text (data));
  bytes = xmpp_base64_decode (text, &length);
  if (bytes == NULL || length == 0)
    {
      g_free (bytes);
      return NULL;
    }
  *type = g_strdup (said != NULL && strlen (said) <= MAX_TYPE_BYTES ? said : "");
  return g_bytes_new_take (bytes, length);
}

const ImModule xep_register = {
  .name = "register",
  .xep = 77,
  .registration =
      &(const ImRegistrationWire){ new_password, new_removal, takes_token, new_token, new_question,
                                   read_question, new_answers, new_medium, read_medium },
};
