/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-list.c: the conversations of all accounts in the order of the sidebar: pinned
 * first, then the last activity; archived ones are not in it, nor those of accounts out of use.
 *
 * The rule that must not be broken: a row that moves is one items-changed over both places, so that
 * a selection keeps its item. */
#include "config.h"

#include "model/linnet-conversation-list.h"

struct _LinnetConversationList
{
  GObject parent_instance;

  GListModel *accounts;
  GPtrArray *watched_accounts; /* (owned) LinnetAccount */
  GPtrArray *watched; /* (owned) LinnetConversation of all accounts */
  GPtrArray *items; /* (owned) LinnetConversation, in order */
  LinnetConversation *changed; /* (owned) (nullable) the only one that may have to move */
  gboolean is_stale; /* watched is not what the accounts have */
  gboolean is_unsorted; /* more than one may have to move */
  guint sort_source;
};

static void linnet_conversation_list_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LinnetConversationList,
                               linnet_conversation_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      linnet_conversation_list_list_model_init))

static int
compare (gconstpointer left, gconstpointer right)
{
  LinnetConversation *a = *(LinnetConversation *const *) left;
  LinnetConversation *b = *(LinnetConversation *const *) right;
  gint64 activity_a = linnet_conversation_get_last_activity_s (a);
  gint64 activity_b = linnet_conversation_get_last_activity_s (b);

  if (linnet_conversation_get_pinned (a) != linnet_conversation_get_pinned (b))
    return linnet_conversation_get_pinned (a) ? -1 : 1;
  if (activity_a != activity_b)
    return activity_a > activity_b ? -1 : 1;
  return g_strcmp0 (linnet_conversation_get_id (a), linnet_conversation_get_id (b));
}

static gboolean
is_listed (LinnetConversation *conversation)
{
  LinnetAccount *account = linnet_conversation_get_account (conversation);

  return !linnet_conversation_get_archived (conversation) &&
         (account == NULL || linnet_account_get_enabled (account)) &&
         (linnet_conversation_get_last_activity_s (conversation) > 0 ||
          *linnet_conversation_get_draft (conversation) != '\0' ||
          linnet_conversation_get_active (conversation));
}

static void watch_all (LinnetConversationList *self);

/* Where it belongs among the others, which are in order. */
static guint
find_place (LinnetConversationList *self, LinnetConversation *conversation)
{
  guint low = 0, high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (&g_ptr_array_index (self->items, middle), &conversation) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* One comes, goes or moves: nothing else is looked at. */
static void
apply_one (LinnetConversationList *self, LinnetConversation *conversation)
{
  gboolean was_listed, is_now_listed = is_listed (conversation);
  guint old_place = 0, place = 0;

  was_listed = g_ptr_array_find (self->items, conversation, &old_place);
  if (was_listed)
    g_ptr_array_remove_index (self->items, old_place);
  if (is_now_listed)
    {
      place = find_place (self, conversation);
      g_ptr_array_insert (self->items, (int) place, g_object_ref (conversation));
    }
  if (was_listed && is_now_listed)
    {
      guint n = MAX (old_place, place) - MIN (old_place, place) + 1;

      if (n > 1)
        g_list_model_items_changed (G_LIST_MODEL (self), MIN (old_place, place), n, n);
    }
  else if (was_listed || is_now_listed)
    g_list_model_items_changed (G_LIST_MODEL (self), was_listed ? old_place : place, was_listed,
                                is_now_listed);
}

static void
apply_all (LinnetConversationList *self)
{
  g_autoptr (GPtrArray) old = self->items;
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_object_unref);
  guint front = 0, back = 0;

  if (self->is_stale)
    watch_all (self);
  for (guint i = 0; i < self->watched->len; i++)
    if (is_listed (g_ptr_array_index (self->watched, i)))
      g_ptr_array_add (fresh, g_object_ref (g_ptr_array_index (self->watched, i)));
  g_ptr_array_sort (fresh, compare);
  self->items = fresh;
  while (front < old->len && front < fresh->len &&
         g_ptr_array_index (old, front) == g_ptr_array_index (fresh, front))
    front++;
  while (back < old->len - front && back < fresh->len - front &&
         g_ptr_array_index (old, old->len - 1 - back) ==
             g_ptr_array_index (fresh, fresh->len - 1 - back))
    back++;
  if (old->len - front - back > 0 || fresh->len - front - back > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), front, old->len - front - back,
                                fresh->len - front - back);
}

static void
apply (LinnetConversationList *self)
{
  g_autoptr (LinnetConversation) changed = g_steal_pointer (&self->changed);
  gboolean is_only_one = !self->is_stale && !self->is_unsorted && changed != NULL;

  g_clear_handle_id (&self->sort_source, g_source_remove);
  self->is_unsorted = FALSE;
  if (is_only_one)
    apply_one (self, changed);
  else
    apply_all (self);
}

static gboolean
sort_cb (gpointer data)
{
  LinnetConversationList *self = data;

  self->sort_source = 0;
  apply (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (LinnetConversationList *self)
{
  if (self->sort_source == 0)
    self->sort_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 10, sort_cb, self, NULL);
}

static void
conversation_notify_cb (LinnetConversationList *self,
                        GParamSpec *pspec,
                        LinnetConversation *conversation)
{
  static const char *const names[] = { "pinned", "archived", "last-activity-s",
                                       "draft", "active", NULL };

  if (!g_strv_contains (names, pspec->name))
    return;
  if (self->changed == NULL)
    self->changed = g_object_ref (conversation);
  else if (self->changed != conversation)
    self->is_unsorted = TRUE;
  schedule (self);
}

/* Looks again at what there is, and listens to what is new. */
static void
watch_all (LinnetConversationList *self)
{
  g_autoptr (GPtrArray) old = self->watched;
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);

  self->is_stale = FALSE;
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < old->len; i++)
    g_hash_table_add (known, g_ptr_array_index (old, i));
  for (guint i = 0; i < self->watched_accounts->len; i++)
    {
      GListModel *list =
          linnet_account_get_conversations (g_ptr_array_index (self->watched_accounts, i));

      for (guint j = 0; j < g_list_model_get_n_items (list); j++)
        {
          LinnetConversation *conversation = g_list_model_get_item (list, j);

          g_ptr_array_add (self->watched, conversation);
          if (!g_hash_table_remove (known, conversation))
            g_signal_connect_object (conversation, "notify", G_CALLBACK (conversation_notify_cb),
                                     self, G_CONNECT_SWAPPED);
        }
    }
  for (guint i = 0; i < old->len; i++)
    if (g_hash_table_contains (known, g_ptr_array_index (old, i)))
      g_signal_handlers_disconnect_by_data (g_ptr_array_index (old, i), self);
}

/* Conversations come and go by the thousand: all of them are looked at once. */
static void
conversations_changed_cb (LinnetConversationList *self)
{
  self->is_stale = TRUE;
  schedule (self);
}

static void
account_notify_cb (LinnetConversationList *self, GParamSpec *pspec)
{
  if (!g_str_equal (pspec->name, "enabled"))
    return;
  self->is_unsorted = TRUE;
  schedule (self);
}

static void
accounts_changed_cb (LinnetConversationList *self)
{
  for (guint i = 0; i < self->watched_accounts->len; i++)
    {
      LinnetAccount *account = g_ptr_array_index (self->watched_accounts, i);

      g_signal_handlers_disconnect_by_data (account, self);
      g_signal_handlers_disconnect_by_data (linnet_account_get_conversations (account), self);
    }
  g_ptr_array_set_size (self->watched_accounts, 0);
  for (guint i = 0; i < g_list_model_get_n_items (self->accounts); i++)
    {
      LinnetAccount *account = g_list_model_get_item (self->accounts, i);

      g_ptr_array_add (self->watched_accounts, account);
      g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (linnet_account_get_conversations (account), "items-changed",
                               G_CALLBACK (conversations_changed_cb), self, G_CONNECT_SWAPPED);
    }
  watch_all (self);
  self->is_unsorted = TRUE;
  schedule (self);
}

static GType
linnet_conversation_list_get_item_type (GListModel *model)
{
  return LINNET_TYPE_CONVERSATION;
}

static guint
linnet_conversation_list_get_n_items (GListModel *model)
{
  return LINNET_CONVERSATION_LIST (model)->items->len;
}

static gpointer
linnet_conversation_list_get_item (GListModel *model, guint position)
{
  LinnetConversationList *self = LINNET_CONVERSATION_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
linnet_conversation_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = linnet_conversation_list_get_item_type;
  iface->get_n_items = linnet_conversation_list_get_n_items;
  iface->get_item = linnet_conversation_list_get_item;
}

static void
linnet_conversation_list_dispose (GObject *object)
{
  LinnetConversationList *self = LINNET_CONVERSATION_LIST (object);

  g_clear_handle_id (&self->sort_source, g_source_remove);
  g_clear_object (&self->changed);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (linnet_conversation_list_parent_class)->dispose (object);
}

static void
linnet_conversation_list_finalize (GObject *object)
{
  LinnetConversationList *self = LINNET_CONVERSATION_LIST (object);

  g_clear_pointer (&self->watched_accounts, g_ptr_array_unref);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  G_OBJECT_CLASS (linnet_conversation_list_parent_class)->finalize (object);
}

static void
linnet_conversation_list_class_init (LinnetConversationListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = linnet_conversation_list_dispose;
  object_class->finalize = linnet_conversation_list_finalize;
}

static void
linnet_conversation_list_init (LinnetConversationList *self)
{
  self->watched_accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * linnet_conversation_list_new:
 * @accounts: a list of #LinnetAccount
 *
 * Returns: (transfer full): their conversations, in the order of the sidebar
 */
LinnetConversationList *
linnet_conversation_list_new (GListModel *accounts)
{
  LinnetConversationList *self = g_object_new (LINNET_TYPE_CONVERSATION_LIST, NULL);

  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  accounts_changed_cb (self);
  return self;
}
