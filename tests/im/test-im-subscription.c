/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-subscription.c: the tables of RFC 6121 Appendix A, played against the client's half of a
 * subscription */

#include <string.h>

#include "im/im-subscription.h"

/* A.1, in its order. */
typedef enum
{
  NONE,
  NONE_OUT,
  NONE_IN,
  NONE_OUT_IN,
  TO,
  TO_IN,
  FROM,
  FROM_OUT,
  BOTH,
  N_STATES,
} State;

static const struct
{
  const char *name;
  const char *subscription;
  const char *ask;
  gboolean is_asked;
} states[N_STATES] = {
  { "None", "none", NULL, FALSE },
  { "None + Pending Out", "none", "subscribe", FALSE },
  { "None + Pending In", "none", NULL, TRUE },
  { "None + Pending Out+In", "none", "subscribe", TRUE },
  { "To", "to", NULL, FALSE },
  { "To + Pending In", "to", NULL, TRUE },
  { "From", "from", NULL, FALSE },
  { "From + Pending Out", "from", "subscribe", FALSE },
  { "Both", "both", NULL, FALSE },
};

typedef struct
{
  const char *section;
  gboolean is_inbound;
  ImSubscriptionStanza stanza;
  State next[N_STATES];
} Table;

static const Table tables[] = {
  { "A.2.1",
    FALSE,
    IM_SUBSCRIPTION_STANZA_SUBSCRIBE,
    { NONE_OUT, NONE_OUT, NONE_OUT_IN, NONE_OUT_IN, TO, TO_IN, FROM_OUT, FROM_OUT, BOTH } },
  { "A.2.2",
    FALSE,
    IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE,
    { NONE, NONE, NONE_IN, NONE_IN, NONE, NONE_IN, FROM, FROM, FROM } },
  { "A.2.3",
    FALSE,
    IM_SUBSCRIPTION_STANZA_SUBSCRIBED,
    { NONE, NONE_OUT, FROM, FROM_OUT, TO, BOTH, FROM, FROM_OUT, BOTH } },
  { "A.2.4",
    FALSE,
    IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED,
    { NONE, NONE_OUT, NONE, NONE_OUT, TO, TO, NONE, NONE_OUT, TO } },
  { "A.3.1",
    TRUE,
    IM_SUBSCRIPTION_STANZA_SUBSCRIBE,
    { NONE_IN, NONE_OUT_IN, NONE_IN, NONE_OUT_IN, TO_IN, TO_IN, FROM, FROM_OUT, BOTH } },
  { "A.3.2",
    TRUE,
    IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE,
    { NONE, NONE_OUT, NONE, NONE_OUT, TO, TO, NONE, NONE_OUT, TO } },
  { "A.3.3",
    TRUE,
    IM_SUBSCRIPTION_STANZA_SUBSCRIBED,
    { NONE, TO, NONE_IN, TO_IN, TO, TO_IN, FROM, BOTH, BOTH } },
  { "A.3.4",
    TRUE,
    IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED,
    { NONE, NONE, NONE_IN, NONE_IN, NONE, NONE_IN, FROM, FROM, FROM } },
};

static void
enter (ImSubscriptionBits *bits, State state)
{
  memset (bits, 0, sizeof *bits);
  im_subscription_take_item (bits, states[state].subscription, states[state].ask, FALSE);
  if (states[state].is_asked)
    im_subscription_receive (bits, IM_SUBSCRIPTION_STANZA_SUBSCRIBE);
}

/* Our half, then the push by which the server, which keeps the same tables, tells the new item. */
static void
play (ImSubscriptionBits *bits, const Table *table, State before)
{
  State after = table->next[before];

  if (table->is_inbound)
    im_subscription_receive (bits, table->stanza);
  else
    im_subscription_send (bits, table->stanza);
  if (!g_str_equal (states[before].subscription, states[after].subscription) ||
      g_strcmp0 (states[before].ask, states[after].ask) != 0)
    im_subscription_take_item (bits, states[after].subscription, states[after].ask, FALSE);
}

static void
test_table (gconstpointer data)
{
  const Table *table = data;

  for (State before = NONE; before < N_STATES; before++)
    {
      ImSubscriptionBits expected;
      ImSubscriptionBits bits;

      enter (&expected, table->next[before]);
      enter (&bits, before);
      play (&bits, table, before);
      g_test_message ("%s: %s, to %s", table->section, states[before].name,
                      states[table->next[before]].name);
      g_assert_cmpint (bits.to, ==, expected.to);
      g_assert_cmpint (bits.from, ==, expected.from);
      g_assert_cmpint (bits.pending_out, ==, expected.pending_out);
      g_assert_cmpint (bits.pending_in, ==, expected.pending_in);
    }
}

static void
test_stanza_alone_grants_nothing (void)
{
  for (State before = NONE; before < N_STATES; before++)
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
      {
        ImSubscriptionBits old;
        ImSubscriptionBits bits;

        enter (&old, before);
        enter (&bits, before);
        if (tables[i].is_inbound)
          im_subscription_receive (&bits, tables[i].stanza);
        else
          im_subscription_send (&bits, tables[i].stanza);
        g_assert_cmpint (bits.to, ==, old.to);
        g_assert_cmpint (bits.from, ==, old.from);
        g_assert_cmpint (bits.pending_out, ==, old.pending_out);
      }
}

static void
test_telepathy_names (void)
{
  static const ImSubscription subscribe[N_STATES] = { IM_SUBSCRIPTION_NO, IM_SUBSCRIPTION_ASK,
                                                      IM_SUBSCRIPTION_NO, IM_SUBSCRIPTION_ASK,
                                                      IM_SUBSCRIPTION_YES, IM_SUBSCRIPTION_YES,
                                                      IM_SUBSCRIPTION_NO, IM_SUBSCRIPTION_ASK,
                                                      IM_SUBSCRIPTION_YES };
  static const ImSubscription publish[N_STATES] = { IM_SUBSCRIPTION_NO, IM_SUBSCRIPTION_NO,
                                                    IM_SUBSCRIPTION_ASK, IM_SUBSCRIPTION_ASK,
                                                    IM_SUBSCRIPTION_NO, IM_SUBSCRIPTION_ASK,
                                                    IM_SUBSCRIPTION_YES, IM_SUBSCRIPTION_YES,
                                                    IM_SUBSCRIPTION_YES };

  for (State state = NONE; state < N_STATES; state++)
    {
      ImSubscriptionBits bits;

      enter (&bits, state);
      g_assert_cmpint (im_subscription_get_subscribe (&bits), ==, subscribe[state]);
      g_assert_cmpint (im_subscription_get_publish (&bits), ==, publish[state]);
    }
}

static void
test_removed_remotely (void)
{
  ImSubscriptionBits bits;

  enter (&bits, BOTH);
  g_assert_true (im_subscription_receive (&bits, IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED));
  g_assert_true (im_subscription_take_item (&bits, "from", NULL, FALSE));
  g_assert_cmpint (im_subscription_get_subscribe (&bits), ==, IM_SUBSCRIPTION_REMOVED_REMOTELY);
  g_assert_cmpint (im_subscription_get_publish (&bits), ==, IM_SUBSCRIPTION_YES);
  /* Renaming changes nothing of it; asking again does. */
  g_assert_false (im_subscription_take_item (&bits, "from", NULL, FALSE));
  im_subscription_send (&bits, IM_SUBSCRIPTION_STANZA_SUBSCRIBE);
  im_subscription_take_item (&bits, "from", "subscribe", FALSE);
  g_assert_cmpint (im_subscription_get_subscribe (&bits), ==, IM_SUBSCRIPTION_ASK);

  enter (&bits, TO_IN);
  im_subscription_receive (&bits, IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE);
  g_assert_cmpint (im_subscription_get_publish (&bits), ==, IM_SUBSCRIPTION_REMOVED_REMOTELY);
  im_subscription_receive (&bits, IM_SUBSCRIPTION_STANZA_SUBSCRIBE);
  g_assert_cmpint (im_subscription_get_publish (&bits), ==, IM_SUBSCRIPTION_ASK);
}

static void
test_removed_item_keeps_nothing (void)
{
  ImSubscriptionBits bits;

  enter (&bits, TO_IN);
  g_assert_true (im_subscription_take_item (&bits, "remove", NULL, FALSE));
  g_assert_cmpint (im_subscription_get_subscribe (&bits), ==, IM_SUBSCRIPTION_NO);
  g_assert_cmpint (im_subscription_get_publish (&bits), ==, IM_SUBSCRIPTION_NO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *path = g_strdup_printf ("/subscription/rfc6121-%s", tables[i].section);

      g_test_add_data_func (path, &tables[i], test_table);
    }
  g_test_add_func ("/subscription/stanza-alone-grants-nothing", test_stanza_alone_grants_nothing);
  g_test_add_func ("/subscription/telepathy-names", test_telepathy_names);
  g_test_add_func ("/subscription/removed-remotely", test_removed_remotely);
  g_test_add_func ("/subscription/removed-item-keeps-nothing", test_removed_item_keeps_nothing);
  return g_test_run ();
}
