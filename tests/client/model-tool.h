/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model-tool.h: what the files of the tool share */
#pragma once

#include <gio/gio.h>

#include "model/linnet-account-private.h"
#include "model/linnet-client.h"
#include "model/linnet-contact-about.h"
#include "model/linnet-form.h"
#include "model/linnet-kept-password.h"
#include "model/linnet-own-avatar.h"
#include "model/linnet-profile.h"
#include "model/linnet-search.h"
#include "model/linnet-security.h"
#include "model/linnet-service.h"
#include "model/linnet-unregistration.h"

typedef struct
{
  LinnetService *service;
  LinnetClient *client; /* (owned) (nullable) while it is a program that handles channels */
  LinnetAccount *account; /* (owned) (nullable) */
  LinnetContactAbout *about; /* (owned) (nullable) */
  LinnetProfile *profile; /* (owned) (nullable) */
  LinnetSearch *search; /* (owned) (nullable) */
  LinnetForm *form; /* (owned) (nullable) */
  LinnetPage *page; /* (owned) (nullable) any other one */
  LinnetSecurity *security; /* (owned) (nullable) */
  LinnetKeptPassword *kept; /* (owned) (nullable) */
  LinnetOwnAvatar *avatar; /* (owned) (nullable) */
  LinnetUnregistration *unregistration; /* (owned) (nullable) */
  GDBusConnection *bus; /* (owned) */
  GDataInputStream *input; /* (owned) */
  GMainLoop *loop;
} Tool;

const char *model_tool_nick (GType type, int value);
/* `what` (unowned): says that it is done, or why not. */
void model_tool_action_cb (GObject *source, GAsyncResult *result, gpointer what);

/* model-tool-sign-in.c: a command each. */
void model_tool_handle (Tool *tool, const char *const *words);
void model_tool_accept (Tool *tool, const char *const *words);
void model_tool_reject (Tool *tool, const char *const *words);
void model_tool_read (Tool *tool, const char *const *words);
void model_tool_renew (Tool *tool, const char *const *words);
void model_tool_cancel_question (Tool *tool, const char *const *words);

/* model-tool-self.c: a command each. */
void model_tool_about_me (Tool *tool, const char *const *words);
void model_tool_set_nickname (Tool *tool, const char *const *words);
void model_tool_tell (Tool *tool, const char *const *words);
void model_tool_idle (Tool *tool, const char *const *words);
void model_tool_picture (Tool *tool, const char *const *words);
void model_tool_passwd (Tool *tool, const char *const *words);
void model_tool_kept (Tool *tool, const char *const *words);
void model_tool_forget_password (Tool *tool, const char *const *words);
void model_tool_unregister (Tool *tool, const char *const *words);

/* model-tool-discovery.c: a command each. */
void model_tool_gateways (Tool *tool, const char *const *words);
void model_tool_enter (Tool *tool, const char *const *words);
void model_tool_leave (Tool *tool, const char *const *words);
void model_tool_log (Tool *tool, const char *const *words);
void model_tool_translate (Tool *tool, const char *const *words);
void model_tool_disco (Tool *tool, const char *const *words);
void model_tool_unfold (Tool *tool, const char *const *words);

/* model-tool-contacts.c: a command each. */
void model_tool_contacts (Tool *tool, const char *const *words);
void model_tool_add (Tool *tool, const char *const *words);
void model_tool_rename_group (Tool *tool, const char *const *words);
void model_tool_remove_group (Tool *tool, const char *const *words);
void model_tool_set_groups (Tool *tool, const char *const *words);
void model_tool_subscribe (Tool *tool, const char *const *words);
void model_tool_publish (Tool *tool, const char *const *words);

/* Take what they are given. */
void model_tool_take_page (Tool *tool, gpointer page);
void model_tool_take_form (Tool *tool, LinnetForm *form);
void model_tool_take_about (Tool *tool, LinnetContactAbout *about);

/* model-tool-pages.c. FALSE: these words are no command. */
gboolean model_tool_obey_page (Tool *tool, const char *const *words);
