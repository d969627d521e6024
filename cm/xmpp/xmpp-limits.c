/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-limits.c: what a server says that it takes. XEP-0478, RFC 6120 13.12 */
#include "config.h"

#include "xmpp/xmpp-limits.h"

#include "xmpp/xmpp-ns.h"

/* No server may take less; one that says so would silence us. RFC 6120 13.12 point 4 */
#define LEAST_MAX_BYTES 10000
/* Nor have us speak all the time. */
#define LEAST_IDLE_S 30

/* 0 for what is no number, or is not there. */
static guint32
read_number (const XmppNode *limits, const char *name, guint32 least)
{
  const char *text = xmpp_node_get_child_text (limits, name, XMPP_NS_LIMITS);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return 0;
  return number == 0 ? 0 : MAX (number, least);
}

/* Reads what the server offers.
 * @features: (nullable): of the stream as it is after the login
 * Spec: XEP-0478 3.1 */
void
xmpp_server_limits_read (XmppServerLimits *self, const XmppNode *features)
{
  const XmppNode *limits =
      features != NULL ? xmpp_node_find (features, "limits", XMPP_NS_LIMITS) : NULL;

  g_return_if_fail (self != NULL);
  self->max_bytes = limits != NULL ? read_number (limits, "max-bytes", LEAST_MAX_BYTES) : 0;
  self->idle_s = limits != NULL ? read_number (limits, "idle-seconds", LEAST_IDLE_S) : 0;
}

/* How often something should be sent so that the server does not end the stream.
 * @wanted_s: as the person wants it; 0: never, which nothing changes
 * Spec: XEP-0478 3.1, RFC 6120 4.6.1 */
guint
xmpp_server_limits_get_beat_s (const XmppServerLimits *self, guint wanted_s)
{
  g_return_val_if_fail (self != NULL, wanted_s);
  return self->idle_s > 0 ? MIN (wanted_s, self->idle_s / 3 * 2) : wanted_s;
}
