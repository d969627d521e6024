/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-search-request.c: a search of a directory of people is asked for. Telepathy:
 * Connection.Interface.Requests, Channel.Type.ContactSearch
 *
 * The channel is there once the directory has said what it can be asked for. */
#include "bus/cm-connection-private.h"
#include "bus/cm-search-channel.h"
#include "bus/cm-short.h"
#include "bus/cm-status.h"

#define CHANNEL "org.freedesktop.Telepathy.Channel."

const CmOption cm_search_options[] = {
  { CHANNEL "ChannelType", "s", TRUE, NULL },
  { CHANNEL "TargetHandleType", "u", FALSE, NULL },
  { CM_CHANNEL_TYPE_CONTACT_SEARCH ".Server", "s", FALSE, NULL },
  { CM_CHANNEL_TYPE_CONTACT_SEARCH ".Limit", "u", FALSE, NULL },
  { NULL },
};

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CmConnection *connection = CM_CONNECTION (g_task_get_source_object (task));
  GError *error = NULL;
  ImDirectory *directory = im_account_open_directory_finish (IM_ACCOUNT (source), result, &error);
  CmRequestData *data = g_task_get_task_data (task);
  g_autoptr (CmSearchChannel) channel = NULL;

  if (directory == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  channel = cm_search_channel_new (connection, cm_connection_get_bus (connection), directory,
                                   data->limit);
  cm_requests_take_channel (cm_connection_get_requests (connection), CM_CHANNEL (channel), task);
}

/**
 * cm_connection_begin_search:
 * @request: as cm_search_options have it
 * @task: (transfer full): of cm_connection_request_channel_async ()
 *
 * A search is for one use: there is none to find again, so it cannot be ensured.
 */
void
cm_connection_begin_search (CmConnection *self, GVariant *request, GTask *task)
{
  g_autoptr (GTask) owned = task;
  CmRequestData *data = g_task_get_task_data (task);
  guint handle_type = CM_HANDLE_TYPE_NONE;
  const char *server = "";
  g_autoptr (XmppJid) service = NULL;

  g_variant_lookup (request, CHANNEL "TargetHandleType", "u", &handle_type);
  g_variant_lookup (request, CM_CHANNEL_TYPE_CONTACT_SEARCH ".Server", "&s", &server);
  g_variant_lookup (request, CM_CHANNEL_TYPE_CONTACT_SEARCH ".Limit", "u", &data->limit);
  if (handle_type != CM_HANDLE_TYPE_NONE || data->is_ensure)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                               "A search has no target, and is asked for by CreateChannel");
      return;
    }
  service = *server != '\0' ? xmpp_jid_new (server, NULL) : NULL;
  if (*server != '\0' && service == NULL)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                               "“%s” is not the address of a server", CM_SHORT (server));
      return;
    }
  im_account_open_directory_async (cm_connection_get_account (self), service, data->limit > 0, NULL,
                                   opened_cb, g_steal_pointer (&owned));
}
