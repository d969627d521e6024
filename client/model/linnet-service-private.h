/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-service-private.h: what the files of LinnetService share */
#pragma once

#include "model/linnet-account-private.h"
#include "model/linnet-conversation-list.h"
#include "model/linnet-service.h"

#define SERVICE_NAME "im.linnet.Service"
#define MANAGER TELEPATHY "AccountManager"
#define MANAGER_PATH "/org/freedesktop/Telepathy/AccountManager"

struct _LinnetService
{
  GObject parent_instance;

  GDBusConnection *bus;
  GCancellable *cancellable;
  GListStore *accounts; /* LinnetAccount */
  LinnetConversationList *conversations;
  char *service_name; /* unique name of telepathy-linnet, NULL while it does not run */
  const char *manager_name;
  guint watch;
  guint manager_signals;
  guint restart_source;
  guint restarts;
  LinnetServiceState state;
  gboolean own_manager;
};
