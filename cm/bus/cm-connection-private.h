/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-private.h: what the interfaces of a connection share. Each has a file of its own:
 * cm-connection-<interface>.c */
#pragma once

#include "bus/cm-connection.h"
#include "bus/cm-options.h"
#include "bus/cm-packer.h"
#include "bus/cm-service.h"
#include "bus/cm-service.h"
#include "dbus/telepathy.h"

G_BEGIN_DECLS

/* Adds what an interface knows of a contact to an open a{sv}, with qualified names. Telepathy:
 * Connection.Interface.Contacts */
typedef void (*CmAttributesFunc) (CmConnection *self, ImContact *contact, CmPacker *attributes);

/* In cm_connection_new (), once per interface: exported and unexported with the connection. Takes
 * the skeleton. `interface` (static) (nullable: not listed in Interfaces) */
void cm_connection_add_interface (CmConnection *self,
                                  GDBusInterfaceSkeleton *skeleton,
                                  const char *interface);
/* The skeleton of that type (transfer none): TP_TYPE_CONNECTION_INTERFACE_… */
gpointer cm_connection_get_interface (CmConnection *self, GType type);
/* The interface has contact attributes. */
void
cm_connection_add_attributes (CmConnection *self, const char *interface, CmAttributesFunc func);
/* (nullable) of that interface. */
CmAttributesFunc cm_connection_find_attributes (CmConnection *self, const char *interface);
char **cm_connection_dup_attribute_interfaces (CmConnection *self) G_GNUC_WARN_UNUSED_RESULT;

/* For methods that need a connection: FALSE and IM_ERROR_DISCONNECTED returned to the caller unless
 * CONNECTED. */
gboolean cm_connection_check_connected (CmConnection *self, GDBusMethodInvocation *invocation);
/* For methods on the contact list: FALSE and NotYet, or why there is none, returned to the caller
 * unless it is there. */
gboolean cm_connection_check_contact_list (CmConnection *self, GDBusMethodInvocation *invocation);
/* Deprecated signals that double a modern one are wanted (parameter legacy-signals). */
gboolean cm_connection_wants_legacy_signals (CmConnection *self);
/* Contacts' resources are told from when somebody first asked for some. */
void cm_connection_want_resources (CmConnection *self);
gboolean cm_connection_wants_resources (CmConnection *self);
/* Much was told at once: what it was made of goes back to the system once it has left. */
void cm_connection_trim_soon (CmConnection *self);
/* (element-type ImContact) (transfer container), or NULL with IM_ERROR_INVALID_HANDLE: `handles` is
 * au. */
GPtrArray *cm_connection_get_contacts (CmConnection *self,
                                       GVariant *handles,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for methods that need a connection; NULL: the caller got an error. */
GPtrArray *cm_connection_check_contacts (CmConnection *self,
                                         GDBusMethodInvocation *invocation,
                                         GVariant *handles) G_GNUC_WARN_UNUSED_RESULT;
/* And of one handle. */
ImContact *
cm_connection_check_contact (CmConnection *self, GDBusMethodInvocation *invocation, guint handle);
/* Answers a method of `handles` with a map of that type: whom `new_value` (transfer floating or
 * none) has nothing to say of is left out; each is in it once. */
void cm_connection_answer_each (CmConnection *self,
                                GDBusMethodInvocation *invocation,
                                GVariant *handles,
                                const char *type,
                                GVariant *(*new_value) (CmConnection *self, ImContact *contact));
GDBusConnection *cm_connection_get_bus (CmConnection *self);
CmService *cm_connection_get_service (CmConnection *self);
gboolean cm_connection_is_gone (CmConnection *self); /* it has left the bus */
/* Each question that the sign-in asks becomes a channel. */
void cm_connection_watch_sign_in (CmConnection *self);
/* Who we are: one without an account is told by the server. */
void cm_connection_tell_self (CmConnection *self);
guint cm_connection_next_serial (CmConnection *self); /* for object paths of channels */

/* a{ua{sv}} (transfer floating): what `interfaces` know of `contacts` (each once). */
GVariant *cm_connection_new_attributes (CmConnection *self,
                                        GPtrArray *contacts,
                                        const char *const *interfaces);

/* The methods of Connection itself that change nothing. */
void cm_connection_add_methods (CmConnection *self, TpConnection *skeleton);
/* The interfaces, each adding itself; contacts last. */
void cm_connection_add_requests (CmConnection *self);
void cm_connection_add_contacts (CmConnection *self);
void cm_connection_add_contact_list (CmConnection *self);
void cm_connection_add_contact_groups (CmConnection *self);
void cm_connection_add_contact_blocking (CmConnection *self);
void cm_connection_add_addressing (CmConnection *self);
void cm_connection_add_aliasing (CmConnection *self);
void cm_connection_add_simple_presence (CmConnection *self);
void cm_connection_add_gateways (CmConnection *self, CmService *service);
void cm_connection_add_approvals (CmConnection *self);
void cm_connection_add_confusables (CmConnection *self);
void cm_connection_add_groups (CmConnection *self);
void cm_connection_add_idle (CmConnection *self);
void cm_connection_add_keepalive (CmConnection *self);
void cm_connection_add_power_saving (CmConnection *self);
void cm_connection_add_sidecars (CmConnection *self);
void cm_connection_add_capabilities (CmConnection *self);
void cm_connection_add_contact_info (CmConnection *self);
void cm_connection_add_avatars (CmConnection *self);
void cm_connection_add_location (CmConnection *self);
void cm_connection_add_personal (CmConnection *self);
void cm_connection_add_discovery (CmConnection *self);

/* cm-connection-requests.c */
typedef struct _CmRequests CmRequests;
CmRequests *cm_connection_get_requests (CmConnection *self);
void cm_requests_free (CmRequests *self);
void cm_requests_close_all (CmRequests *self);
GPtrArray *cm_requests_get_channels (CmRequests *self);
/* A channel that nobody asked for (sign-in): takes it, exports and announces it. */
void cm_requests_add_channel (CmRequests *self, CmChannel *channel);
/* The data of the task of a request. */
typedef struct
{
  gpointer tag; /* the dispatcher's */
  gboolean is_ensure;
  gboolean is_yours;
  guint limit; /* of a search: people at once */
} CmRequestData;
void cm_requests_take_channel (CmRequests *self, CmChannel *channel, GTask *task);
/* Closed with something pending: it goes and comes back at once, as if its target had opened it. */
void cm_requests_respawn (CmRequests *self, CmChannel *channel);
/* cm-search-request.c; takes the task. */
extern const CmOption cm_search_options[];
void cm_connection_begin_search (CmConnection *self, GVariant *request, GTask *task);
void cm_connection_set_requests (CmConnection *self, CmRequests *requests);
void
cm_connection_emit_new_channels (CmConnection *self, GPtrArray *channels, gpointer request_tag);

G_END_DECLS
