/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-types.h: the words that the room shares: states, kinds, forward declarations */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-node.h"
#include "xmpp/xmpp-session.h"

G_BEGIN_DECLS

typedef struct _ImAccount ImAccount;
typedef struct _ImAccountManager ImAccountManager;
typedef struct _ImAuthRequest ImAuthRequest;
typedef struct _ImCaptchaRequest ImCaptchaRequest;
typedef struct _ImChannelClass ImChannelClass;
typedef struct _ImContact ImContact;
typedef struct _ImConversation ImConversation;
typedef struct _ImInfo ImInfo;
typedef struct _ImInfoWire ImInfoWire;
typedef struct _ImLikeness ImLikeness;
typedef struct _ImMessage ImMessage;
typedef struct _ImModule ImModule;
typedef struct _ImPep ImPep;
typedef struct _ImVcard ImVcard;
typedef struct _ImCaps ImCaps;
typedef struct _ImCapsInfo ImCapsInfo;
typedef struct _ImAvatarWire ImAvatarWire;
typedef struct _ImPhotoWire ImPhotoWire;
typedef struct _ImNicknameWire ImNicknameWire;
typedef struct _ImBlockingWire ImBlockingWire;
typedef struct _ImClientStateWire ImClientStateWire;
typedef struct _ImGatewayWire ImGatewayWire;
typedef struct _ImInvisibleWire ImInvisibleWire;
typedef struct _ImPrivacyWire ImPrivacyWire;
typedef struct _ImDirectoryWire ImDirectoryWire;
typedef struct _ImRegistrar ImRegistrar;
typedef struct _ImRegistrationWire ImRegistrationWire;

/* Errors of the room; on the bus these are Telepathy's names (a GDBusErrorEntry table in
 * im-error.c). */
#define IM_ERROR (im_error_quark ())
typedef enum
{
  IM_ERROR_NOT_AVAILABLE, /* org.freedesktop.Telepathy.Error.NotAvailable */
  IM_ERROR_INVALID_ARGUMENT,
  IM_ERROR_INVALID_HANDLE,
  IM_ERROR_NOT_IMPLEMENTED,
  IM_ERROR_NOT_CAPABLE,
  IM_ERROR_NOT_YET,
  IM_ERROR_PERMISSION_DENIED,
  IM_ERROR_CANCELLED,
  IM_ERROR_DISCONNECTED,
  IM_ERROR_NETWORK_ERROR,
  IM_ERROR_CONNECTION_REFUSED,
  IM_ERROR_CONNECTION_FAILED,
  IM_ERROR_CONNECTION_LOST,
  IM_ERROR_CONNECTION_REPLACED,
  IM_ERROR_AUTHENTICATION_FAILED,
  IM_ERROR_ENCRYPTION_NOT_AVAILABLE,
  IM_ERROR_ENCRYPTION_ERROR,
  IM_ERROR_CERT_NOT_PROVIDED,
  IM_ERROR_CERT_UNTRUSTED,
  IM_ERROR_CERT_EXPIRED,
  IM_ERROR_CERT_NOT_ACTIVATED,
  IM_ERROR_CERT_HOSTNAME_MISMATCH,
  IM_ERROR_CERT_FINGERPRINT_MISMATCH,
  IM_ERROR_CERT_SELF_SIGNED,
  IM_ERROR_CERT_REVOKED,
  IM_ERROR_CERT_INSECURE,
  IM_ERROR_CERT_LIMIT_EXCEEDED,
  IM_ERROR_CERT_INVALID,
  IM_ERROR_SERVICE_BUSY,
  IM_ERROR_SERVICE_CONFUSED,
  IM_ERROR_ALREADY_CONNECTED,
  IM_ERROR_DOES_NOT_EXIST,
  IM_ERROR_OFFLINE,
  IM_ERROR_BUSY,
  IM_ERROR_TERMINATED,
  IM_ERROR_NOT_YOURS,
  IM_ERROR_REGISTRATION_EXISTS,
  IM_ERROR_CAPTCHA_NOT_SUPPORTED,
  IM_ERROR_BLOCKED, /* im.linnet.Error.Blocked: what we asked for ourselves stands in the way */
} ImError;
GQuark im_error_quark (void);
/* Turns what came from the wire (XMPP_LOGIN_ERROR, XMPP_STANZA_ERROR, XMPP_STREAM_ERROR,
 * G_IO_ERROR, …) into IM_ERROR, with a sentence for people. */
GError *im_error_from_wire (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
GError *im_error_from_answer (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
/* "org.freedesktop.Telepathy.Error.…" of an IM_ERROR. */
const char *im_error_get_dbus_name (const GError *error);

/* Telepathy's Connection_Presence_Type, by number. */
typedef enum
{
  IM_PRESENCE_UNSET = 0,
  IM_PRESENCE_OFFLINE = 1,
  IM_PRESENCE_AVAILABLE = 2,
  IM_PRESENCE_AWAY = 3,
  IM_PRESENCE_EXTENDED_AWAY = 4,
  IM_PRESENCE_HIDDEN = 5,
  IM_PRESENCE_BUSY = 6,
  IM_PRESENCE_UNKNOWN = 7,
  IM_PRESENCE_ERROR = 8,
} ImPresenceType;

typedef struct
{
  ImPresenceType type;
  char
      *status; /* Telepathy's identifier: available chat away xa dnd hidden offline unknown error */
  char *message; /* "" for none; from others ≤ 4 KiB, cut on a character boundary */
} ImPresence;
ImPresence *im_presence_new (ImPresenceType type,
                             const char *status,
                             const char *message) G_GNUC_WARN_UNUSED_RESULT;
ImPresence *im_presence_copy (const ImPresence *self) G_GNUC_WARN_UNUSED_RESULT;
void im_presence_free (ImPresence *self);
gboolean im_presence_equal (const ImPresence *a, const ImPresence *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImPresence, im_presence_free)

/* Telepathy's Channel_Chat_State. */
typedef enum
{
  IM_CHAT_STATE_GONE = 0,
  IM_CHAT_STATE_INACTIVE = 1,
  IM_CHAT_STATE_ACTIVE = 2,
  IM_CHAT_STATE_PAUSED = 3,
  IM_CHAT_STATE_COMPOSING = 4,
} ImChatState;

G_END_DECLS
