/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-presence.c: whether somebody can be reached, with its word and symbol. The types are
 * those of Telepathy's Connection_Presence_Type. */
#include "config.h"

#include "model/linnet-presence.h"

#include <glib/gi18n.h>

typedef struct
{
  guint telepathy;
  const char *status;
  const char *word;
  const char *icon_name;
} PresenceFacts;

static const PresenceFacts facts[] = {
  [LINNET_PRESENCE_UNKNOWN] = { 7, "offline", N_ ("Presence unknown"), "user-offline-symbolic" },
  [LINNET_PRESENCE_OFFLINE] = { 1, "offline", N_ ("Offline"), "user-offline-symbolic" },
  [LINNET_PRESENCE_INVISIBLE] = { 5, "hidden", N_ ("Invisible"), "user-invisible-symbolic" },
  [LINNET_PRESENCE_EXTENDED_AWAY] = { 4, "xa", N_ ("Away for longer"), "user-away-symbolic" },
  [LINNET_PRESENCE_AWAY] = { 3, "away", N_ ("Away"), "user-away-symbolic" },
  [LINNET_PRESENCE_BUSY] = { 6, "dnd", N_ ("Busy"), "user-busy-symbolic" },
  [LINNET_PRESENCE_AVAILABLE] = { 2, "available", N_ ("Available"), "user-available-symbolic" },
};

G_DEFINE_ENUM_TYPE (LinnetPresence,
                    linnet_presence,
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_INVISIBLE, "invisible"),
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_EXTENDED_AWAY, "extended-away"),
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_AWAY, "away"),
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (LINNET_PRESENCE_AVAILABLE, "available"))

/**
 * linnet_presence_from_telepathy:
 * @type: a Telepathy Connection_Presence_Type; unknown numbers are unknown presences
 *
 * Returns: the presence
 */
LinnetPresence
linnet_presence_from_telepathy (guint type)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (facts[i].telepathy == type)
      return i;
  return LINNET_PRESENCE_UNKNOWN;
}

/**
 * linnet_presence_to_telepathy:
 * @self: a presence
 *
 * Returns: its Telepathy Connection_Presence_Type
 */
guint
linnet_presence_to_telepathy (LinnetPresence self)
{
  g_return_val_if_fail (self < G_N_ELEMENTS (facts), 0);
  return facts[self].telepathy;
}

/**
 * linnet_presence_get_status:
 * @self: a presence
 *
 * Returns: the name of the status to ask the service for
 */
const char *
linnet_presence_get_status (LinnetPresence self)
{
  g_return_val_if_fail (self < G_N_ELEMENTS (facts), "offline");
  return facts[self].status;
}

/**
 * linnet_presence_get_word:
 * @self: a presence
 *
 * Returns: what to call it, translated
 */
const char *
linnet_presence_get_word (LinnetPresence self)
{
  g_return_val_if_fail (self < G_N_ELEMENTS (facts), "");
  return _ (facts[self].word);
}

/**
 * linnet_presence_get_icon_name:
 * @self: a presence
 *
 * Returns: its symbol; every presence has a shape of its own, except that both ways of being away
 * share one and differ by word
 */
const char *
linnet_presence_get_icon_name (LinnetPresence self)
{
  g_return_val_if_fail (self < G_N_ELEMENTS (facts), "user-offline-symbolic");
  return facts[self].icon_name;
}

/**
 * linnet_presence_is_online:
 * @self: a presence
 *
 * Returns: whether somebody with this presence has a device online, as far as we can see
 */
gboolean
linnet_presence_is_online (LinnetPresence self)
{
  return self >= LINNET_PRESENCE_EXTENDED_AWAY;
}
