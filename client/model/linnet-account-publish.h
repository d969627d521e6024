/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-publish.h: what somebody tells others of themselves. im.linnet.Personal1,
 * im.linnet.Idle1, Telepathy Connection.Interface.Location */
#pragma once

#include "model/linnet-account.h"
#include "model/linnet-contact-about.h"

G_BEGIN_DECLS

/* Each finishes by linnet_account_action_finish (). */
void linnet_account_set_nickname_async (LinnetAccount *self,
                                        const char *nickname,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
void linnet_account_publish_async (LinnetAccount *self,
                                   LinnetFact fact,
                                   GVariant *value,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
void linnet_account_set_idle_since_async (LinnetAccount *self,
                                          gint64 since,
                                          GAsyncReadyCallback callback,
                                          gpointer data);

G_END_DECLS
