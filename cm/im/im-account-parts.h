/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-parts.h: what the parts of an account share among themselves; for cm/im alone
 *
 * Who writes which field: the file named in its group. */
#pragma once

#include "im/im-account-private.h"
#include "im/im-avatar.h"
#include "im/im-blocking.h"
#include "im/im-caps.h"
#include "im/im-conversations.h"
#include "im/im-early.h"
#include "im/im-hiding.h"
#include "im/im-info.h"
#include "im/im-module.h"
#include "im/im-nickname.h"
#include "im/im-parameters.h"
#include "im/im-pep.h"
#include "im/im-pipeline.h"
#include "im/im-roster.h"
#include "im/im-security.h"
#include "im/im-server.h"
#include "im/im-session-link.h"
#include "im/im-vcard.h"
#include "xmpp/xmpp-login.h"
#include "xmpp/xmpp-ns.h"

G_BEGIN_DECLS

/* As im.linnet.Password1.State. */
enum
{
  IM_PASSWORD_UNKNOWN = 0,
  IM_PASSWORD_NONE = 1,
  IM_PASSWORD_STORED = 2,
  IM_PASSWORD_SESSION = 3,
};

/* A login under way: of which account, and whether anybody still waits for it. */
typedef struct
{
  ImAccount *account; /* (owned) */
  GCancellable *cancellable; /* (owned) */
} ImLogin;

typedef struct _ImSignUp ImSignUp;

struct _ImAccount
{
  GObject parent_instance;

  /* im-account.c */
  StoreDb *store; /* outlives us */
  StoreAccount *record; /* (owned) what the store has of us */
  XmppJid *jid; /* (owned) bare */
  const ImModule *const *modules; /* NULL-terminated, constants */
  guint n_modules;
  gpointer *module_states; /* (owned) one block for each module; NULL where it needs none */
  char *unique_name; /* (owned) */
  ImPresence *automatic_presence; /* (owned) */
  ImPresence *requested_presence; /* (owned) what the account manager's clients want */
  ImPresence *presence; /* (owned) what others see */
  gboolean is_removed; /* nothing of it is stored any more; im-account-manager.c */
  gint64 idle_since_s; /* im-idle.c */
  ImPresence *next_presence; /* (owned) (nullable) of the next connection */

  /* im-account-connect.c */
  ImAccountState state;
  GError *error; /* (owned) (nullable) IM_ERROR */
  GVariant *error_details; /* (owned) a{sv} */
  char *error_name; /* (owned) (nullable) on D-Bus, where a program has given it another one */
  XmppLoginStage stage;
  GCancellable *login_cancellable; /* (owned) (nullable) of the login under way */
  ImSessionLink *link; /* (nullable) while bound; owns itself until the session has closed */
  gint64 online_since_us;
  guint arrival_id; /* the server is waited for, but not for long */
  ImSecurity *security; /* (owned) (nullable) of the connection; im-security.c */

  /* im-account-alive.c */
  guint keepalive_id;
  gint64 keepalive_s; /* of this connection alone; −1: as the parameters have it */
  gboolean was_heard; /* something came since the last beat */
  gboolean is_ping_due; /* the next beat asks, this one was white space */
  GCancellable *ping_cancellable; /* (owned) (nullable) of the ping under way */

  /* im-account-retry.c */
  gboolean is_managed; /* it may act by itself */
  guint retry_id;
  gint64 retry_at_us;
  guint n_failures;
  gboolean waits_for_person; /* trying again by ourselves would not help */
  gulong network_id;
  guint network_check_id;

  /* im-account-password.c */
  char *password; /* (owned) (nullable) for this session; im_secrets_dup () */
  gboolean
      is_password_given; /* as a parameter of this connection: a wrong one is not asked for again */
  gboolean remembers_password; /* once it was accepted */
  gboolean is_password_stored; /* `password`, in the keyring as well */
  gboolean is_weakened; /* the server was refused for it, and the person was told */
  guint password_state;
  GQueue keyring_changes; /* GTask, owned: the first is under way */
  ImAuthRequest *auth_request; /* (owned) (nullable) */
  XmppLoginResult *offer; /* (owned) (nullable) a sign-in that a program is to accept first */

  /* im-account-sign-up.c */
  ImSignUp *sign_up; /* (owned) (nullable) while the server is asked for the account */

  /* im-account-trust.c */
  ImCertificateRequest *certificate_request; /* (owned) (nullable) */

  /* im-roster.c, im-presence.c */
  ImRoster *roster; /* (owned) */
  ImRosterState roster_state; /* im-account-roster.c */
  GError *roster_error; /* (owned) (nullable) IM_ERROR: why the state is a failure */
  gboolean is_roster_asked; /* an answer is waited for */
  guint n_roster_failures; /* in a row */
  guint roster_retry_id;
  ImEarly *early; /* (owned) */
  char *group_delimiter; /* (owned) (nullable) of groups within groups */

  /* im-server.c, im-blocking.c */
  ImServer *server; /* (owned) */
  ImBlocking *blocking; /* (owned) */

  /* im-gateway.c */
  GHashTable
      *gateways; /* (owned) (nullable) a set of addresses: those that may see us once they ask */

  /* im-likeness.c */
  ImLikeness *likeness; /* (owned) */

  /* im-hiding.c */
  ImHiding *hiding; /* (owned) */

  /* im-channel-classes.c */
  GPtrArray *features; /* (owned) of constants, sorted: what we can do now */
  GPtrArray *classes; /* (owned) ImChannelClass, constants of the modules */
  GHashTable *clients; /* (owned) name of a program to the mask of the classes that it handles */
  guint32 handled; /* the mask of all of them */

  /* im-avatar-fetch.c, im-avatar-own.c */
  ImAvatars *avatars; /* (owned) */
  ImAvatar *avatar; /* (owned) (nullable) ours, as it is kept */

  /* im-nickname.c */
  ImNickname *nickname; /* (owned) */

  /* im-caps.c */
  ImCaps *caps; /* (owned) */

  /* im-pep.c */
  ImPep *pep; /* (owned) */

  /* im-info.c */
  ImInfo *info; /* (owned) */

  /* im-vcard.c */
  ImVcard *vcard; /* (owned) */

  /* im-pipeline.c */
  ImPipeline *pipeline; /* (owned) */

  /* im-conversations.c; the account makes it first and frees it last */
  ImConversations *conversations; /* (owned) */
};

/* im-account.c, im-account-settings.c */
void im_account_save (ImAccount *self);
void im_account_show_presence (ImAccount *self, const ImPresence *presence);
void im_account_notify (ImAccount *self, const char *property);
/* What was set, else the default, else NULL. */
GVariant *im_account_dup_parameter (ImAccount *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_account_get_flag (ImAccount *self, const char *name);
char *im_account_dup_text (ImAccount *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* im-account-connect.c */
void im_account_login (ImAccount *self, const char *password);
void im_account_login_by_relay (ImAccount *self, XmppSaslRelay *relay);
void im_account_stop_login (ImAccount *self);
void im_account_take_offer (ImAccount *self);
void im_account_detach (ImAccount *self);
void im_account_fail (ImAccount *self, const GError *error);
void im_account_fail_as (ImAccount *self, const GError *error, const char *name, GVariant *details);
void im_account_add_error_details (ImAccount *self, const GError *wire, GVariantDict *details);
void im_account_arrive (ImAccount *self);
void im_account_lose_connection (ImAccount *self, const char *why);

/* im-account-roster.c */
void im_account_stop_roster (ImAccount *self);
void im_account_forget_roster (ImAccount *self);

/* im-channel-classes.c */
void im_account_init_channel_classes (ImAccount *self);
void im_account_clear_channel_classes (ImAccount *self);

/* im-security.c */
void im_account_note_security (ImAccount *self, const XmppLoginResult *bound);

/* im-account-sign-up.c */
gboolean im_account_wants_sign_up (ImAccount *self);
gboolean im_account_may_sign_up_again (ImAccount *self);
void im_account_sign_up (ImAccount *self, const char *password);
void im_account_drop_sign_up (ImAccount *self, const GError *error);
void im_account_answer_captchas (ImAccount *self, GVariant *answers);
gboolean im_account_renew_captchas (ImAccount *self, GError **error);

/* im-account-trust.c */
void im_account_fill_in_trust (ImAccount *self, XmppLoginParams *params);
void im_account_note_strength (ImAccount *self, const XmppLoginResult *bound, const GError *error);
void im_account_consent_to_weaker (ImAccount *self);
gboolean im_account_ask_certificate (ImAccount *self, const GError *error);
void im_account_trust_certificate (ImAccount *self, GTlsCertificate *certificate);
void im_account_drop_certificate_request (ImAccount *self);

/* im-account-alive.c */
void im_account_start_keepalive (ImAccount *self);
void im_account_stop_keepalive (ImAccount *self);
void im_account_ping_now (ImAccount *self, guint timeout_ms);

/* im-account.c. The constant of that member (a const pointer) that a module has; NULL: none has. */
gconstpointer im_account_find_wire (ImAccount *self, gsize offset);
#define IM_ACCOUNT_WIRE(self, member) \
  im_account_find_wire (self, G_STRUCT_OFFSET (ImModule, member))
/* FALSE, and the task has IM_ERROR_DISCONNECTED: there is no session. */
gboolean im_account_check_online (ImAccount *self, GTask *task);

/* im-account-retry.c */
void im_account_reconsider (ImAccount *self);
void im_account_note_end (ImAccount *self, gint64 online_us);
void im_account_forget_retry (ImAccount *self);
void im_account_unwatch_network (ImAccount *self);

/* im-account-password.c */
void im_account_find_password (ImAccount *self);
gboolean im_account_ask_password (ImAccount *self, const GError *error);
void im_account_try_relay (ImAccount *self, XmppSaslRelay *relay);
void im_account_try_password (ImAccount *self, const char *password, gboolean remember);
void im_account_note_login_succeeded (ImAccount *self);
void
im_account_forget_stored_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data);
void im_account_drop_auth_request (ImAccount *self, const GError *error);
void im_account_give_password (ImAccount *self, const char *password);
void im_account_wipe_password (ImAccount *self);
void im_account_end_password (ImAccount *self);

G_END_DECLS
