/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-module.h: a feature is a constant: what it advertises, what it wants to see and from whom.
 *
 * Disco, the caps hash and dispatch are computed from these, so they cannot disagree. A row whose
 * `from` is not said (XMPP_FROM_NOBODY) is never called. */
#pragma once

#include "im/im-contact.h"
#include "im/im-message.h"
#include "im/im-types.h"

G_BEGIN_DECLS

/* Which IQ get or set goes to which function; exactly one owner each. */
typedef struct
{
  gboolean is_set;
  const char *element;
  const char *ns;
  XmppFrom from;
  void (*handle) (ImAccount *account, gpointer state, XmppRequest *request);
} ImRoute;

typedef enum
{
  IM_NEVER = 0,
  IM_UNWRAP, /* incoming: carbon, archive */
  IM_DECRYPT, /* incoming */
  IM_READ, /* incoming: an element of the message is looked at */
  IM_WRITE, /* outgoing: element and ns NULL; the stanza may be added to */
  IM_ENCRYPT, /* outgoing */
} ImPhase;

/* Which element of a message is looked at, in which phase. */
typedef struct
{
  ImPhase phase;
  const char *element;
  const char *ns;
  XmppFrom from;
  /* `element` is the matching child (incoming) or the stanza (outgoing). */
  void (*look) (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element);
} ImStep;

/* Which element of a presence is looked at. `element` NULL: unavailable or without it. */
typedef struct
{
  const char *element;
  const char *ns;
  XmppFrom from;
  void (*look) (
      ImAccount *account, gpointer state, XmppJid *from, XmppNode *presence, XmppNode *element);
} ImPresenceStep;

/* What is published to a node of personal eventing, and by whom. XEP-0163. What has a `fact` is
 * kept with the contact; the other functions are for what is more than that. */
typedef struct
{
  const char *node; /* IM_PEP_NODE () says both */
  const char *notify; /* the feature that asks for events */
  XmppFrom from; /* XMPP_FROM_ACCOUNT: our own, XMPP_FROM_CONTACT: theirs */
  /* `item` NULL: there is nothing (any more). Of a contact that the roster knows, or ourselves. */
  void (*event) (ImAccount *account, gpointer state, ImContact *contact, XmppNode *item);
  /* (nullable) The item with that id (nullable) is gone; else `event` hears of nothing. */
  void (*retracted) (ImAccount *account, gpointer state, ImContact *contact, const char *item_id);
  ImFact fact; /* IM_FACT_NONE: `event` sees to it */
  /* (transfer full) (nullable) of the payload: a{sv}; bounded */
  GVariant *(*read) (XmppNode *payload);
  /* (transfer full) the payload; NULL with IM_ERROR_INVALID_ARGUMENT. An empty a{sv}: there is
   * nothing any more. */
  XmppNode *(*write) (GVariant *value, GError **error);
} ImPepNode;

#define IM_PEP_NODE(name) .node = (name), .notify = name "+notify"

/* A class of channels with a contact that needs features at both ends. We have them while a program
 * handles such channels; a contact can be asked for one where its capabilities have them all. */
struct _ImChannelClass
{
  const char *channel_type; /* Telepathy's */
  const char *const *features;
  const char *const *allowed; /* (nullable) what a request may say beyond its target */
};

struct _ImModule
{
  const char *name;
  guint xep; /* 0: an RFC's */
  const char *const *features;
  const ImChannelClass *classes; /* ends with { 0 } */
  size_t state_size; /* zeroed bytes per account */
  const ImRoute *routes; /* ends with { 0 } */
  const ImStep *steps; /* ends with { 0 } */
  const ImPresenceStep *presence_steps; /* ends with { 0 } */
  const ImPresenceStep *subscribe_steps; /* of wishes to see us; ends with { 0 } */
  const ImPepNode *pep; /* ends with { 0 } */
  void (*attach) (ImAccount *account, gpointer state); /* the account was made */
  void (*online) (ImAccount *account,
                  gpointer state); /* the stream is bound; before our presence */
  void (*write_presence) (ImAccount *account,
                          gpointer state,
                          XmppNode *presence); /* our own, on its way out */
  void (*write_subscribe) (ImAccount *account,
                           gpointer state,
                           XmppNode *presence); /* our wish to see somebody */
  /* What the server can do is known, or will not be while this stream lasts. */
  void (*server_known) (ImAccount *account, gpointer state);
  void (*offline) (ImAccount *account, gpointer state); /* the stream is gone */
  void (*clear) (ImAccount *account, gpointer state); /* frees what state holds */
  /* Features that the model asks for something; one module each. */
  const ImAvatarWire *avatar;
  const ImPhotoWire *photo;
  const ImNicknameWire *nickname;
  const ImBlockingWire *blocking;
  const ImRegistrationWire *registration;
  const ImDirectoryWire *directory;
  const ImClientStateWire *client_state;
  const ImGatewayWire *gateway;
  const ImInvisibleWire *invisible;
  const ImPrivacyWire *privacy;
  const ImInfoWire *info; /* vCards, which are read and written */
  const ImInfoWire *pep_info; /* another kind, by personal eventing, where somebody has only that */
};

G_END_DECLS
