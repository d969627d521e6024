/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-search-channel.h: one search of a directory of people. Telepathy: Channel.Type.ContactSearch
 */
#pragma once

#include "bus/cm-channel.h"
#include "im/im-directory.h"

G_BEGIN_DECLS

#define CM_CHANNEL_TYPE_CONTACT_SEARCH "org.freedesktop.Telepathy.Channel.Type.ContactSearch"

#define CM_TYPE_SEARCH_CHANNEL (cm_search_channel_get_type ())
G_DECLARE_FINAL_TYPE (CmSearchChannel, cm_search_channel, CM, SEARCH_CHANNEL, CmChannel)

/* `directory` (transfer full); `limit`: people at once; 0: all */
CmSearchChannel *cm_search_channel_new (CmConnection *connection,
                                        GDBusConnection *bus,
                                        ImDirectory *directory,
                                        guint limit) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
