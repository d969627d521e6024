/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-timeline-model.c: the window of messages that a timeline shows */
#include "model/linnet-timeline-model.h"

#define NOON_S ((gint64) 1700000000)

typedef struct
{
  guint n;
  guint position;
  guint removed;
  guint added;
} Changes;

static LinnetMessage *
message (gint64 id, gint64 after_s, gboolean outgoing)
{
  g_autofree char *body = g_strdup_printf ("text %" G_GINT64_FORMAT, id);

  return g_object_new (LINNET_TYPE_MESSAGE, "local-id", id, "sender-id",
                       outgoing ? "romeo@montague.lit" : "juliet@capulet.lit", "outgoing", outgoing,
                       "timestamp-s", NOON_S + after_s, "body", body, NULL);
}

static GPtrArray *
page (gint64 first, guint n)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (messages, message (first + i, (first + i) * 60, FALSE));
  return messages;
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  changes->n++;
  changes->position = position;
  changes->removed = removed;
  changes->added = added;
}

static GType
type_at (LinnetTimelineModel *model, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (model), position);

  return item != NULL ? G_OBJECT_TYPE (item) : G_TYPE_NONE;
}

static LinnetMessageGroup
group_of (LinnetTimelineModel *model, gint64 id)
{
  return linnet_message_get_group (linnet_timeline_model_lookup (model, id));
}

static void
wanted_cb (LinnetTimelineModel *model, gint64 anchor, guint direction, gint64 *wanted)
{
  wanted[0] = anchor;
  wanted[1] = direction;
  wanted[2]++;
}

static void
test_pages_are_asked_for_once (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  g_autoptr (GPtrArray) newest = page (100, 50);
  g_autoptr (GPtrArray) older = page (50, 50);
  gint64 wanted[3] = { -1, -1, 0 };

  g_signal_connect (model, "page-wanted", G_CALLBACK (wanted_cb), wanted);
  linnet_timeline_model_want_older (model);
  linnet_timeline_model_want_older (model);
  g_assert_cmpint (wanted[2], ==, 1);
  g_assert_cmpint (wanted[0], ==, 0);
  g_assert_cmpint (wanted[1], ==, LINNET_PAGE_OLDER);

  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, newest, FALSE);
  linnet_timeline_model_want_older (model);
  g_assert_cmpint (wanted[0], ==, 100);
  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, older, TRUE);
  g_assert_cmpint (linnet_timeline_model_get_older_end (model), ==, LINNET_TIMELINE_END_COMPLETE);
  linnet_timeline_model_want_older (model);
  g_assert_cmpint (wanted[2], ==, 2);
  linnet_timeline_model_flush (model);

  /* beginning, day, then the messages in order */
  g_assert_true (type_at (model, 0) == LINNET_TYPE_DIVIDER);
  g_assert_true (type_at (model, 1) == LINNET_TYPE_DIVIDER);
  g_assert_cmpuint (
      linnet_timeline_model_get_position (model, linnet_timeline_model_lookup (model, 50)), ==, 2);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (model), ==, 100);
}

static void
test_older_page_changes_only_the_front (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  g_autoptr (GPtrArray) newest = page (100, 50);
  g_autoptr (GPtrArray) older = page (50, 50);
  Changes changes = { 0 };

  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, newest, FALSE);
  linnet_timeline_model_flush (model);
  g_signal_connect (model, "items-changed", G_CALLBACK (changed_cb), &changes);
  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, older, FALSE);
  linnet_timeline_model_flush (model);
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpuint (changes.position, <=, 1);
  g_assert_cmpuint (changes.removed, ==, 0);
  g_assert_cmpuint (changes.added, ==, 50);
}

static void
test_many_at_once_are_one_change (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  Changes changes = { 0 };

  g_signal_connect (model, "items-changed", G_CALLBACK (changed_cb), &changes);
  for (gint64 id = 1; id <= 20; id++)
    {
      g_autoptr (LinnetMessage) one = message (id, id, FALSE);

      linnet_timeline_model_append (model, one);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpuint (changes.added, ==, 21);
}

static void
test_flood_keeps_the_newest (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();

  for (gint64 id = 1; id <= 10000; id++)
    {
      g_autoptr (LinnetMessage) one = message (id, id, FALSE);

      linnet_timeline_model_append (model, one);
    }
  linnet_timeline_model_flush (model);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (model), ==, 500);
  g_assert_cmpint (linnet_timeline_model_get_older_end (model), ==, LINNET_TIMELINE_END_MORE);
  g_assert_nonnull (linnet_timeline_model_lookup (model, 10000));
  g_assert_null (linnet_timeline_model_lookup (model, 1));
}

static void
test_window_is_bounded_and_stops_being_live (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  g_autoptr (LinnetMessage) live = message (20000, 20000 * 60, FALSE);

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GPtrArray) older = page (10000 - 50 * i, 50);

      linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, older, FALSE);
    }
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (model), ==, LINNET_TIMELINE_MAX);
  g_assert_cmpint (linnet_timeline_model_get_newer_end (model), ==, LINNET_TIMELINE_END_MORE);
  linnet_timeline_model_append (model, live);
  g_assert_null (linnet_timeline_model_lookup (model, 20000));
  linnet_timeline_model_go_newest (model);
  g_assert_cmpint (linnet_timeline_model_get_newer_end (model), ==, LINNET_TIMELINE_END_COMPLETE);
}

static void
test_days_are_divided (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  g_autoptr (LinnetMessage) today = message (1, 0, FALSE);
  g_autoptr (LinnetMessage) same_day = message (2, 10, FALSE);
  g_autoptr (LinnetMessage) later = message (3, 24 * 60 * 60, FALSE);

  linnet_timeline_model_append (model, today);
  linnet_timeline_model_append (model, same_day);
  linnet_timeline_model_append (model, later);
  linnet_timeline_model_flush (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5);
  g_assert_true (type_at (model, 0) == LINNET_TYPE_DIVIDER);
  g_assert_true (type_at (model, 2) == LINNET_TYPE_MESSAGE);
  g_assert_true (type_at (model, 3) == LINNET_TYPE_DIVIDER);
}

static void
test_groups_end_where_they_should (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  static const struct
  {
    gint64 after_s;
    gboolean outgoing;
  } said[] = { { 0, FALSE }, { 60, FALSE }, { 120, FALSE }, { 301, FALSE }, { 302, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autoptr (LinnetMessage) one = message (i + 1, said[i].after_s, said[i].outgoing);

      linnet_timeline_model_append (model, one);
    }
  linnet_timeline_model_flush (model);
  g_assert_cmpint (group_of (model, 1), ==, LINNET_MESSAGE_GROUP_FIRST);
  g_assert_cmpint (group_of (model, 2), ==, LINNET_MESSAGE_GROUP_MIDDLE);
  g_assert_cmpint (group_of (model, 3), ==, LINNET_MESSAGE_GROUP_LAST);
  g_assert_cmpint (group_of (model, 4), ==, LINNET_MESSAGE_GROUP_SINGLE);
  g_assert_cmpint (group_of (model, 5), ==, LINNET_MESSAGE_GROUP_SINGLE);
}

static void
test_groups_have_at_most_twenty (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();

  for (gint64 id = 1; id <= 21; id++)
    {
      g_autoptr (LinnetMessage) one = message (id, id, FALSE);

      linnet_timeline_model_append (model, one);
    }
  linnet_timeline_model_flush (model);
  g_assert_cmpint (group_of (model, 20), ==, LINNET_MESSAGE_GROUP_LAST);
  g_assert_cmpint (group_of (model, 21), ==, LINNET_MESSAGE_GROUP_SINGLE);
}

static void
test_echo_becomes_the_message (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  g_autoptr (LinnetMessage) echo = message (0, 0, TRUE);
  g_autoptr (LinnetMessage) told =
      g_object_new (LINNET_TYPE_MESSAGE, "local-id", (gint64) 7, "token", "abc", "outgoing", TRUE,
                    "body", "text 0", "state", LINNET_MESSAGE_STATE_SENT, NULL);

  linnet_timeline_model_append (model, echo);
  linnet_timeline_model_append (model, told);
  linnet_timeline_model_identify (model, echo, 7, "abc");
  linnet_timeline_model_flush (model);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (model), ==, 1);
  g_assert_true (linnet_timeline_model_lookup (model, 7) == echo);
  g_assert_cmpint (linnet_message_get_state (echo), ==, LINNET_MESSAGE_STATE_SENT);
}

static void
test_unread_divider_waits_for_its_message (void)
{
  g_autoptr (LinnetTimelineModel) model = linnet_timeline_model_new ();
  g_autoptr (GPtrArray) newest = page (100, 50);
  guint at;

  linnet_timeline_model_place_unread (model, 3);
  linnet_timeline_model_flush (model);
  g_assert_cmpuint (linnet_timeline_model_get_unread_position (model), ==, G_MAXUINT);
  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, newest, FALSE);
  linnet_timeline_model_flush (model);
  at = linnet_timeline_model_get_unread_position (model);
  g_assert_cmpuint (
      at + 1, ==,
      linnet_timeline_model_get_position (model, linnet_timeline_model_lookup (model, 147)));
  linnet_timeline_model_place_unread (model, 0);
  linnet_timeline_model_flush (model);
  g_assert_cmpuint (linnet_timeline_model_get_unread_position (model), ==, G_MAXUINT);
}

static void
test_updates_and_removals (void)
{
  LinnetTimelineModel *model = linnet_timeline_model_new ();
  g_autoptr (GPtrArray) newest = page (1, 3);
  g_autoptr (LinnetMessage) fresh = g_object_new (LINNET_TYPE_MESSAGE, "local-id", (gint64) 2,
                                                  "body", "better", "edited", TRUE, NULL);

  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, newest, TRUE);
  g_assert_true (linnet_timeline_model_update (model, fresh));
  g_assert_cmpstr (linnet_message_get_body (linnet_timeline_model_lookup (model, 2)), ==, "better");
  g_assert_true (linnet_message_get_edited (linnet_timeline_model_lookup (model, 2)));
  linnet_timeline_model_remove (model, 2);
  linnet_timeline_model_remove (model, 99);
  g_assert_null (linnet_timeline_model_lookup (model, 2));
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (model), ==, 2);
  g_assert_finalize_object (model);
}

static void
test_parts_become_a_message (void)
{
  g_autoptr (GVariant) parts = g_variant_ref_sink (g_variant_new_parsed (
      "[{'local-id': <int64 5>, 'message-token': <'t'>, 'message-sender-id': <'a@b.c'>,"
      "  'message-sent': <int64 1700000000>, 'message-type': <uint32 1>, 'outgoing': <true>,"
      "  'state': <uint32 6>, 'delivery-error-message': <'Gone.'>, 'supersedes': <'s'>},"
      " {'alternative': <'main'>, 'content-type': <'text/html'>, 'content': <'<b>no</b>'>},"
      " {'alternative': <'main'>, 'content-type': <'text/plain'>, 'content': <'yes'>}]"));
  g_autoptr (GVariant) report =
      g_variant_ref_sink (g_variant_new_parsed ("[{'message-type': <uint32 4>}]"));
  g_autoptr (GVariant) empty = g_variant_ref_sink (g_variant_new_parsed ("@aa{sv} []"));
  g_autoptr (LinnetMessage) one = linnet_message_new_from_parts (parts);

  g_assert_cmpint (linnet_message_get_local_id (one), ==, 5);
  g_assert_cmpstr (linnet_message_get_body (one), ==, "yes");
  g_assert_cmpint (linnet_message_get_kind (one), ==, LINNET_MESSAGE_KIND_ACTION);
  g_assert_cmpint (linnet_message_get_state (one), ==, LINNET_MESSAGE_STATE_FAILED);
  g_assert_cmpstr (linnet_message_get_error_text (one), ==, "Not delivered: Gone.");
  g_assert_true (linnet_message_get_edited (one));
  g_assert_null (linnet_message_new_from_parts (report));
  g_assert_null (linnet_message_new_from_parts (empty));
}

/* A list of conversations has the beginning of a long text: who has all of it keeps it. */
static void
test_the_beginning_of_a_text_takes_nothing_away (void)
{
  g_autoptr (LinnetMessage) whole =
      g_object_new (LINNET_TYPE_MESSAGE, "local-id", (gint64) 5, "body", "at nine?", NULL);
  g_autoptr (LinnetMessage) head = g_object_new (LINNET_TYPE_MESSAGE, "local-id", (gint64) 5,
                                                 "body", "at n", "truncated", TRUE, NULL);
  g_autoptr (LinnetMessage) other = g_object_new (LINNET_TYPE_MESSAGE, "local-id", (gint64) 5,
                                                  "body", "at ten", "truncated", TRUE, NULL);

  g_assert_false (linnet_message_update (whole, head));
  g_assert_cmpstr (linnet_message_get_body (whole), ==, "at nine?");
  g_assert_true (linnet_message_update (whole, other));
  g_assert_cmpstr (linnet_message_get_body (whole), ==, "at ten");
}

/* The service says in English why; the window says it in the words of the person. */
static void
test_a_message_to_somebody_blocked_says_so (void)
{
  g_autoptr (GVariant) parts = g_variant_ref_sink (g_variant_new_parsed (
      "[{'local-id': <int64 5>, 'outgoing': <true>, 'state': <uint32 6>,"
      "  'delivery-dbus-error': <'im.linnet.Error.Blocked'>,"
      "  'delivery-error-message': <'You have blocked it.'>},"
      " {'content-type': <'text/plain'>, 'content': <'yes'>}]"));
  g_autoptr (LinnetMessage) message = linnet_message_new_from_parts (parts);

  g_assert_cmpstr (linnet_message_get_error_text (message), ==,
                   "Not delivered: you have blocked this address.");
}

/* MessageSent says neither whose the message is nor what became of it. */
static void
test_a_sent_message_is_ours_and_keeps_its_state (void)
{
  GVariant *parts =
      g_variant_new_parsed ("[{'local-id': <int64 5>, 'message-token': <'t'>},"
                            " {'content-type': <'text/plain'>, 'content': <'at nine?'>}]");
  g_autoptr (LinnetMessage) fresh = linnet_message_new_sent (parts);
  g_autoptr (LinnetMessage) known =
      g_object_new (LINNET_TYPE_MESSAGE, "outgoing", TRUE, "body", "at nine?", "state",
                    LINNET_MESSAGE_STATE_SENT, NULL);

  g_assert_true (linnet_message_get_outgoing (fresh));
  g_assert_true (linnet_message_update (known, fresh));
  g_assert_cmpint (linnet_message_get_local_id (known), ==, 5);
  g_assert_cmpint (linnet_message_get_state (known), ==, LINNET_MESSAGE_STATE_SENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline-model/pages-are-asked-for-once", test_pages_are_asked_for_once);
  g_test_add_func ("/timeline-model/older-page-changes-only-the-front",
                   test_older_page_changes_only_the_front);
  g_test_add_func ("/timeline-model/many-at-once-are-one-change", test_many_at_once_are_one_change);
  g_test_add_func ("/timeline-model/flood-keeps-the-newest", test_flood_keeps_the_newest);
  g_test_add_func ("/timeline-model/window-is-bounded",
                   test_window_is_bounded_and_stops_being_live);
  g_test_add_func ("/timeline-model/days-are-divided", test_days_are_divided);
  g_test_add_func ("/timeline-model/groups-end-where-they-should",
                   test_groups_end_where_they_should);
  g_test_add_func ("/timeline-model/groups-have-at-most-twenty", test_groups_have_at_most_twenty);
  g_test_add_func ("/timeline-model/echo-becomes-the-message", test_echo_becomes_the_message);
  g_test_add_func ("/timeline-model/unread-divider-waits",
                   test_unread_divider_waits_for_its_message);
  g_test_add_func ("/timeline-model/updates-and-removals", test_updates_and_removals);
  g_test_add_func ("/timeline-model/parts-become-a-message", test_parts_become_a_message);
  g_test_add_func ("/timeline-model/the-beginning-of-a-text-takes-nothing-away",
                   test_the_beginning_of_a_text_takes_nothing_away);
  g_test_add_func ("/timeline-model/a-message-to-somebody-blocked-says-so",
                   test_a_message_to_somebody_blocked_says_so);
  g_test_add_func ("/client/message/sent-is-ours-and-keeps-its-state",
                   test_a_sent_message_is_ours_and_keeps_its_state);
  return g_test_run ();
}
