/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-simple-presence.c: who is there, and how. Telepathy:
 * Connection.Interface.SimplePresence */
#include "bus/cm-connection-private.h"

#include "bus/cm-protocol.h"
#include "bus/cm-short.h"
#include "bus/cm-status.h"
#include "im/im-hiding.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.SimplePresence"
/* A presence is small talk: what is longer is cut, as the specification has it. */
#define MAX_MESSAGE_CHARACTERS 1023
#define WAITING "waiting"
/* So many calls wait for the list; who asks more gets what is known. */
#define MAX_WAITING 100

/* (uss) */
static void
pack_presence (CmPacker *packer, ImContact *contact)
{
  const ImPresence *presence = im_contact_get_presence (contact);

  cm_packer_open_tuple (packer, 4);
  cm_packer_add_number (packer, presence->type);
  cm_packer_add_string (packer, presence->status);
  cm_packer_add_string (packer, presence->message);
  cm_packer_close (packer);
}

/* {u(uss)} */
static void
pack_entry (CmPacker *packer, guint handle, ImContact *contact)
{
  cm_packer_open_tuple (packer, 4);
  cm_packer_add_number (packer, handle);
  pack_presence (packer, contact);
  cm_packer_close (packer);
}

static gboolean
check_status (GVariant *statuses, const char *status, ImPresenceType *type, GError **error)
{
  guint number;
  gboolean may_set_on_self, can_have_message;

  if (!g_variant_lookup (statuses, status, "(ubb)", &number, &may_set_on_self, &can_have_message))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no status “%s”",
                   CM_SHORT (status));
      return FALSE;
    }
  if (!may_set_on_self)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "The status “%s” cannot be set on oneself", status);
      return FALSE;
    }
  *type = number;
  return TRUE;
}

static gboolean
handle_set_presence_cb (CmConnection *self,
                        GDBusMethodInvocation *invocation,
                        const char *status,
                        const char *message,
                        TpConnectionInterfaceSimplePresence *skeleton)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ImPresence) presence = NULL;
  g_autofree char *cut = NULL;
  ImPresenceType type;

  if (!check_status (tp_connection_interface_simple_presence_get_statuses (skeleton), status, &type,
                     &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  if (g_utf8_strlen (message, -1) > MAX_MESSAGE_CHARACTERS)
    cut = g_utf8_substring (message, 0, MAX_MESSAGE_CHARACTERS);
  presence = im_presence_new (type, status, cut != NULL ? cut : message);
  im_account_set_presence (cm_connection_get_account (self), presence);
  tp_connection_interface_simple_presence_complete_set_presence (skeleton, invocation);
  return TRUE;
}

/* Each once, however often it was asked for. */
static void
return_presences (GDBusMethodInvocation *invocation, GPtrArray *contacts)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  CmPacker packer;

  cm_packer_init (&packer);
  cm_packer_open_array (&packer, 4);
  for (guint i = 0; i < contacts->len; i++)
    if (g_hash_table_add (seen, contacts->pdata[i]))
      pack_entry (&packer, im_contact_get_handle (contacts->pdata[i]), contacts->pdata[i]);
  cm_packer_close (&packer);
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(@a{u(uss)})", cm_packer_end (&packer, G_VARIANT_TYPE ("a{u(uss)}"))));
}

/* A call that waits for the list. */
typedef struct
{
  GDBusMethodInvocation *invocation; /* (nullable) (owned by GDBus until returned) */
  GPtrArray *contacts; /* (owned) */
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  if (waiting->invocation != NULL)
    g_dbus_method_invocation_return_error_literal (waiting->invocation, IM_ERROR,
                                                   IM_ERROR_DISCONNECTED,
                                                   "The connection ended before the list of "
                                                   "contacts came");
  g_ptr_array_unref (waiting->contacts);
  g_free (waiting);
}

/* (transfer none) (element-type Waiting): in the order in which they came */
static GPtrArray *
get_waiting (CmConnection *self)
{
  return g_object_get_data (
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_SIMPLE_PRESENCE), WAITING);
}

/* Who is unknown may be offline, as the list will say. */
static gboolean
depends_on_list (CmConnection *self, GPtrArray *contacts)
{
  if (im_account_get_roster_state (cm_connection_get_account (self)) != IM_ROSTER_WAITING ||
      get_waiting (self)->len >= MAX_WAITING)
    return FALSE;
  for (guint i = 0; i < contacts->len; i++)
    if (im_contact_get_presence (contacts->pdata[i])->type == IM_PRESENCE_UNKNOWN)
      return TRUE;
  return FALSE;
}

static gboolean
handle_get_presences_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);
  Waiting *waiting;

  if (contacts == NULL)
    return TRUE;
  if (!depends_on_list (self, contacts))
    {
      return_presences (invocation, contacts);
      return TRUE;
    }
  waiting = g_new0 (Waiting, 1);
  waiting->invocation = invocation;
  waiting->contacts = g_steal_pointer (&contacts);
  g_ptr_array_add (get_waiting (self), waiting);
  return TRUE;
}

/* Without a list, and without hope of one, all is known that will be. */
static void
roster_state_cb (CmConnection *self)
{
  ImRosterState state = im_account_get_roster_state (cm_connection_get_account (self));
  GPtrArray *calls = get_waiting (self);

  if (state == IM_ROSTER_WAITING)
    return;
  for (guint i = 0; state != IM_ROSTER_NONE && i < calls->len; i++)
    {
      Waiting *waiting = calls->pdata[i];

      return_presences (g_steal_pointer (&waiting->invocation), waiting->contacts);
    }
  g_ptr_array_set_size (calls, 0);
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  cm_packer_open_entry (attributes, INTERFACE "/presence");
  pack_presence (attributes, contact);
  cm_packer_close_entry (attributes, "(uss)");
}

/* Being offline is told by the connection's status, which follows: Mission Control stumbles over
 * one that is offline already when it removes the account. */
static gboolean
is_told_by_status (guint handle, ImContact *contact)
{
  return handle == CM_SELF_HANDLE && im_contact_get_presence (contact)->type == IM_PRESENCE_OFFLINE;
}

/* However many presences came with one read, one signal leaves. */
static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  TpConnectionInterfaceSimplePresence *skeleton =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_SIMPLE_PRESENCE);
  CmHandles *handles = cm_connection_get_handles (self);
  g_auto (CmPacker) packer = { 0 };
  guint n_changed = 0;

  cm_packer_init (&packer);
  cm_packer_open_array (&packer, 4);
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = g_ptr_array_index (contacts, i);
      guint handle;

      if ((g_array_index (changes, ImContactChange, i) & IM_CONTACT_PRESENCE) == 0)
        continue;
      handle = cm_handles_ensure (handles, contact);
      if (is_told_by_status (handle, contact))
        continue;
      pack_entry (&packer, handle, contact);
      n_changed++;
    }
  cm_packer_close (&packer);
  if (n_changed > 0)
    tp_connection_interface_simple_presence_emit_presences_changed (
        skeleton, cm_packer_end (&packer, G_VARIANT_TYPE ("a{u(uss)}")));
}

/* What there really is, is said when there is a connection, as the specification has it, and does
 * not change before its end. */
static void
state_cb (CmConnection *self)
{
  TpConnectionInterfaceSimplePresence *skeleton =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_SIMPLE_PRESENCE);
  ImAccountState state = im_account_get_state (cm_connection_get_account (self));

  tp_connection_interface_simple_presence_set_maximum_status_message_length (
      skeleton, state == IM_ACCOUNT_ONLINE ? MAX_MESSAGE_CHARACTERS : 0);
  if (state == IM_ACCOUNT_ONLINE)
    tp_connection_interface_simple_presence_set_statuses (
        skeleton,
        cm_protocol_new_statuses (im_account_can_hide (cm_connection_get_account (self))));
}

void
cm_connection_add_simple_presence (CmConnection *self)
{
  TpConnectionInterfaceSimplePresence *skeleton =
      tp_connection_interface_simple_presence_skeleton_new ();

  tp_connection_interface_simple_presence_set_statuses (skeleton, cm_protocol_new_statuses (TRUE));
  g_object_set_data_full (G_OBJECT (skeleton), WAITING,
                          g_ptr_array_new_with_free_func (waiting_free),
                          (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (skeleton, "handle-set-presence", G_CALLBACK (handle_set_presence_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-presences", G_CALLBACK (handle_get_presences_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "notify::state", G_CALLBACK (state_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "notify::roster-state",
                           G_CALLBACK (roster_state_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
