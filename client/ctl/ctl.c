/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl.c: the bus as commands see it: calls that wait, and errors as sentences with an exit status.
 * Telepathy AccountManager
 *
 * telepathy-linnet is started by activation of im.linnet.Service. Where another program owns the
 * account manager's name, that one is asked for accounts, as the window does. */
#include "config.h"

#include "ctl/ctl.h"

#include <string.h>

#include <glib/gi18n.h>

G_DEFINE_QUARK (ctl - error, ctl_error)

static const struct
{
  const char *name;
  CtlStatus status;
} meanings[] = {
  { CTL_ERROR_PREFIX "InvalidArgument", CTL_USAGE },
  { CTL_ERROR_PREFIX "InvalidHandle", CTL_USAGE },
  { CTL_ERROR_PREFIX "DoesNotExist", CTL_UNKNOWN },
  { CTL_ERROR_PREFIX "Offline", CTL_OFFLINE },
  { CTL_ERROR_PREFIX "Disconnected", CTL_OFFLINE },
  { CTL_ERROR_PREFIX "NotYet", CTL_OFFLINE },
  { "org.freedesktop.DBus.Error.NoReply", CTL_TIMED_OUT },
  { "org.freedesktop.DBus.Error.Timeout", CTL_TIMED_OUT },
  { "org.freedesktop.DBus.Error.TimedOut", CTL_TIMED_OUT },
  { "org.freedesktop.DBus.Error.ServiceUnknown", CTL_NO_SERVICE },
  { "org.freedesktop.DBus.Error.NameHasNoOwner", CTL_NO_SERVICE },
  { "org.freedesktop.DBus.Error.Disconnected", CTL_NO_SERVICE },
};

/* What programs of other versions, and other programs, answer: it is about members of interfaces.
 */
static const char *const unknown[] = {
  "org.freedesktop.DBus.Error.UnknownMethod",
  "org.freedesktop.DBus.Error.UnknownInterface",
  "org.freedesktop.DBus.Error.UnknownProperty",
  "org.freedesktop.DBus.Error.UnknownObject",
  "org.freedesktop.DBus.Error.InvalidArgs",
  "org.freedesktop.DBus.Error.PropertyReadOnly",
  NULL,
};

/* Where the service names a property for programs, people know what they have typed. */
static char *
dup_sentence (const char *message)
{
  static const char *const prefixes[] = { "“org.freedesktop.", "“im.linnet." };
  static const char end[] = "”: ";
  const char *rest = message;
  gboolean is_ended;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (message, prefixes[i]) && strstr (message, end) != NULL)
      rest = strstr (message, end) + strlen (end);
  is_ended = *rest == '\0' || strchr (".?!:", rest[strlen (rest) - 1]) != NULL;
  return g_strconcat (rest, is_ended ? "" : ".", NULL);
}

static gboolean
is_unknown (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  /* The answer had another form than was expected. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return TRUE;
  return name != NULL && g_strv_contains (unknown, name);
}

static CtlStatus
find_status (const GError *error)
{
  g_autofree char *name = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return CTL_TIMED_OUT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return CTL_NO_SERVICE;
  name = g_dbus_error_get_remote_error (error);
  if (name == NULL)
    return CTL_FAILED;
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (name, meanings[i].name))
      return meanings[i].status;
  return g_str_has_prefix (name, "org.freedesktop.DBus.Error.Spawn.") ? CTL_NO_SERVICE : CTL_FAILED;
}

/**
 * ctl_translate_error:
 * @error: (inout): what a call on the bus ended with
 *
 * Makes it an error of ours: a sentence, and the status to end with.
 */
void
ctl_translate_error (GError **error)
{
  g_autofree char *sentence = NULL;
  gboolean not_known;
  CtlStatus status;
  GError *translated;

  if (error == NULL || *error == NULL || (*error)->domain == CTL_ERROR)
    return;
  status = find_status (*error);
  not_known = is_unknown (*error);
  g_dbus_error_strip_remote_error (*error);
  sentence = dup_sentence ((*error)->message);
  if (status == CTL_TIMED_OUT)
    translated = g_error_new_literal (CTL_ERROR, status, _ ("The service did not answer in time."));
  else if (not_known)
    translated = g_error_new_literal (CTL_ERROR, CTL_FAILED,
                                      _ ("The program that should do that cannot: it is of another "
                                         "version, or not Linnet’s."));
  else
    translated = g_error_new_literal (CTL_ERROR, status, sentence);
  g_error_free (*error);
  *error = translated;
}

static char *
dup_owner (Ctl *ctl, const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      ctl->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetNameOwner", g_variant_new ("(s)", name), G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE,
      -1, NULL, NULL);
  char *owner = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(s)", &owner);
  return owner;
}

static gboolean
start_service (Ctl *ctl, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  if (ctl->may_not_start)
    return TRUE;
  reply = g_dbus_connection_call_sync (
      ctl->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "StartServiceByName", g_variant_new ("(su)", CTL_SERVICE_NAME, 0), G_VARIANT_TYPE ("(u)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  return reply != NULL;
}

/**
 * ctl_connect:
 * @ctl: the program
 *
 * Reaches the session bus, starts the service and finds out who manages the accounts.
 *
 * Returns: whether there is an account manager
 * Errors: CTL_NO_SERVICE
 */
gboolean
ctl_connect (Ctl *ctl, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *service = NULL;
  g_autofree char *manager = NULL;

  ctl->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &local_error);
  if (ctl->bus == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_NO_SERVICE, _ ("There is no session bus: %s"),
                   local_error->message);
      return FALSE;
    }
  g_dbus_connection_set_exit_on_close (ctl->bus, FALSE);
  start_service (ctl, &local_error);
  service = dup_owner (ctl, CTL_SERVICE_NAME);
  manager = dup_owner (ctl, CTL_ACCOUNT_MANAGER);
  if (service == NULL && manager == NULL)
    {
      if (local_error != NULL)
        g_dbus_error_strip_remote_error (local_error);
      g_set_error (error, CTL_ERROR, CTL_NO_SERVICE,
                   _ ("Linnet’s service does not run and cannot be started: %s"),
                   local_error != NULL ? local_error->message : _ ("it has ended"));
      return FALSE;
    }
  /* Without any owner the service is about to take the name. */
  ctl->is_foreign = manager != NULL && g_strcmp0 (manager, service) != 0;
  ctl->manager = ctl->is_foreign ? CTL_ACCOUNT_MANAGER : CTL_SERVICE_NAME;
  return TRUE;
}

/** ctl_clear: @ctl: the program, at its end */
void
ctl_clear (Ctl *ctl)
{
  if (ctl->bus != NULL)
    g_dbus_connection_flush_sync (ctl->bus, NULL, NULL);
  g_clear_object (&ctl->bus);
  g_clear_pointer (&ctl->account, g_free);
}

/**
 * ctl_call:
 * @ctl: the program, connected
 * @name: whom to call
 * @arguments: (nullable) (transfer floating): a tuple
 * @reply: the type of the answer
 *
 * Returns: (transfer full): the answer, NULL on error
 * Errors: CTL_ERROR, with a sentence
 */
GVariant *
ctl_call (Ctl *ctl,
          const char *name,
          const char *path,
          const char *interface,
          const char *method,
          GVariant *arguments,
          const char *reply,
          GError **error)
{
  GError *local_error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      ctl->bus, name, path, interface, method, arguments, G_VARIANT_TYPE (reply),
      ctl->may_not_start ? G_DBUS_CALL_FLAGS_NO_AUTO_START : G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      &local_error);

  if (answer == NULL)
    {
      ctl_translate_error (&local_error);
      g_propagate_error (error, local_error);
    }
  return answer;
}

/**
 * ctl_get:
 * @type: the type that the property must have
 *
 * Returns: (transfer full): a property's value, NULL on error
 */
GVariant *
ctl_get (Ctl *ctl,
         const char *name,
         const char *path,
         const char *interface,
         const char *property,
         const char *type,
         GError **error)
{
  g_autoptr (GVariant) reply = ctl_call (ctl, name, path, CTL_PROPERTIES, "Get",
                                         g_variant_new ("(ss)", interface, property), "(v)", error);
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    return g_steal_pointer (&value);
  g_set_error_literal (error, CTL_ERROR, CTL_FAILED,
                       _ ("An answer came in a form that is not understood."));
  return NULL;
}

/** ctl_get_all: Returns: (transfer full): all properties of an interface, a{sv}, NULL on error */
GVariant *
ctl_get_all (Ctl *ctl, const char *name, const char *path, const char *interface, GError **error)
{
  g_autoptr (GVariant) reply = ctl_call (ctl, name, path, CTL_PROPERTIES, "GetAll",
                                         g_variant_new ("(s)", interface), "(a{sv})", error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

/** ctl_set: @value: (transfer floating): what a property shall be. Returns: whether it was set */
gboolean
ctl_set (Ctl *ctl,
         const char *name,
         const char *path,
         const char *interface,
         const char *property,
         GVariant *value,
         GError **error)
{
  g_autoptr (GVariant) reply =
      ctl_call (ctl, name, path, CTL_PROPERTIES, "Set",
                g_variant_new ("(ssv)", interface, property, value), "()", error);

  return reply != NULL;
}

/** ctl_check_timeout: @timeout_s: as typed; 0 is as long as it takes. Returns: whether it is one */
gboolean
ctl_check_timeout (int timeout_s, GError **error)
{
  if (timeout_s >= 0)
    return TRUE;
  g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("A number is out of range."));
  return FALSE;
}

static gboolean
late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/**
 * ctl_wait:
 * @timeout_s: how long at most; 0 for as long as it takes
 * @check: asked now, and after everything that comes over the bus
 * @in_time: (out): whether it was there before the time was over
 *
 * Returns: FALSE when @check fails
 */
gboolean
ctl_wait (
    Ctl *ctl, guint timeout_s, CtlCheck check, gpointer data, gboolean *in_time, GError **error)
{
  GError *local_error = NULL;
  gboolean is_late = FALSE;
  guint source = timeout_s > 0 ? g_timeout_add_seconds (timeout_s, late_cb, &is_late) : 0;
  gboolean is_there;

  while (!(is_there = check (data, &local_error)) && local_error == NULL && !is_late &&
         !g_dbus_connection_is_closed (ctl->bus))
    g_main_context_iteration (NULL, TRUE);
  if (source != 0 && !is_late)
    g_source_remove (source);
  if (!is_there && local_error == NULL && !is_late)
    local_error = g_error_new_literal (CTL_ERROR, CTL_NO_SERVICE, _ ("The session bus has ended."));
  *in_time = is_there;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}
