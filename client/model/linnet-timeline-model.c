/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-timeline-model.c: a window of one conversation's messages, with its dividers.
 *
 * The rule that must not be broken: whatever happened is told by one items-changed for the part
 * between what stayed at the front and what stayed at the end, once per frame, so that the view
 * moves nothing that it shows. Items are a pure function of the messages: apply () makes them
 * anew (at most LINNET_TIMELINE_MAX) and compares. */
#include "config.h"

#include "model/linnet-timeline-private.h"

/* GTK_PRIORITY_RESIZE: after input, before drawing. */
#define APPLY_PRIORITY (G_PRIORITY_HIGH_IDLE + 10)

enum
{
  PROP_OLDER_END = 1,
  PROP_NEWER_END,
  N_PROPS
};

enum
{
  SIGNAL_PAGE_WANTED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void linnet_timeline_model_list_model_init (GListModelInterface *iface);

G_DEFINE_ENUM_TYPE (LinnetTimelineEnd,
                    linnet_timeline_end,
                    G_DEFINE_ENUM_VALUE (LINNET_TIMELINE_END_MORE, "more"),
                    G_DEFINE_ENUM_VALUE (LINNET_TIMELINE_END_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (LINNET_TIMELINE_END_COMPLETE, "complete"),
                    G_DEFINE_ENUM_VALUE (LINNET_TIMELINE_END_FAILED, "failed"))
G_DEFINE_FINAL_TYPE_WITH_CODE (LinnetTimelineModel,
                               linnet_timeline_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      linnet_timeline_model_list_model_init))

void
linnet_timeline_set_end (LinnetTimelineModel *self,
                         LinnetPageDirection direction,
                         LinnetTimelineEnd end)
{
  LinnetTimelineEnd *field = direction == LINNET_PAGE_OLDER ? &self->older_end : &self->newer_end;

  if (*field == end)
    return;
  *field = end;
  g_object_notify_by_pspec (
      G_OBJECT (self), props[direction == LINNET_PAGE_OLDER ? PROP_OLDER_END : PROP_NEWER_END]);
}

static void
apply (LinnetTimelineModel *self)
{
  g_autoptr (GPtrArray) old = NULL;
  GPtrArray *fresh;
  guint front = 0, back = 0;

  g_clear_handle_id (&self->apply_source, g_source_remove);
  self->live_since_apply = 0;
  linnet_timeline_items_resolve_unread (self);
  fresh = linnet_timeline_items_new (self);
  linnet_timeline_items_set_groups (fresh);
  old = self->items;
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

static gboolean
apply_cb (gpointer data)
{
  LinnetTimelineModel *self = data;

  self->apply_source = 0;
  apply (self);
  return G_SOURCE_REMOVE;
}

void
linnet_timeline_schedule (LinnetTimelineModel *self)
{
  if (self->apply_source == 0)
    self->apply_source = g_idle_add_full (APPLY_PRIORITY, apply_cb, self, NULL);
}

void
linnet_timeline_index_message (LinnetTimelineModel *self, LinnetMessage *message)
{
  if (linnet_message_get_local_id (message) != 0)
    g_hash_table_insert (
        self->by_id,
        g_memdup2 (&(gint64){ linnet_message_get_local_id (message) }, sizeof (gint64)), message);
}

void
linnet_timeline_forget_range (LinnetTimelineModel *self, guint start, guint n)
{
  for (guint i = start; i < start + n; i++)
    {
      LinnetMessage *message = g_ptr_array_index (self->messages, i);
      gint64 id = linnet_message_get_local_id (message);

      g_hash_table_remove (self->by_id, &id);
      if (message == self->first_unread)
        g_clear_object (&self->first_unread);
    }
  if (n > 0)
    g_ptr_array_remove_range (self->messages, start, n);
}

/* Cuts the side that is farther from where something was added. */
void
linnet_timeline_cut (LinnetTimelineModel *self, LinnetPageDirection added)
{
  guint extra;

  if (self->messages->len <= LINNET_TIMELINE_MAX)
    return;
  extra = self->messages->len - LINNET_TIMELINE_MAX;
  if (added == LINNET_PAGE_OLDER)
    {
      linnet_timeline_forget_range (self, self->messages->len - extra, extra);
      linnet_timeline_set_end (self, LINNET_PAGE_NEWER, LINNET_TIMELINE_END_MORE);
    }
  else
    {
      linnet_timeline_forget_range (self, 0, extra);
      linnet_timeline_set_end (self, LINNET_PAGE_OLDER, LINNET_TIMELINE_END_MORE);
    }
}

static void
want (LinnetTimelineModel *self, LinnetPageDirection direction)
{
  LinnetTimelineEnd end = direction == LINNET_PAGE_OLDER ? self->older_end : self->newer_end;
  gint64 anchor = 0;

  if (end != LINNET_TIMELINE_END_MORE && end != LINNET_TIMELINE_END_FAILED)
    return;
  for (guint i = 0; i < self->messages->len && anchor == 0; i++)
    {
      guint at = direction == LINNET_PAGE_OLDER ? i : self->messages->len - 1 - i;

      anchor = linnet_message_get_local_id (g_ptr_array_index (self->messages, at));
    }
  if (anchor == 0 && direction == LINNET_PAGE_NEWER)
    return;
  linnet_timeline_set_end (self, direction, LINNET_TIMELINE_END_LOADING);
  g_signal_emit (self, signals[SIGNAL_PAGE_WANTED], 0, anchor, (guint) direction);
}

static GType
linnet_timeline_model_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
linnet_timeline_model_get_n_items (GListModel *model)
{
  return LINNET_TIMELINE_MODEL (model)->items->len;
}

static gpointer
linnet_timeline_model_get_item (GListModel *model, guint position)
{
  LinnetTimelineModel *self = LINNET_TIMELINE_MODEL (model);

  if (position >= self->items->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->items, position));
}

static void
linnet_timeline_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = linnet_timeline_model_get_item_type;
  iface->get_n_items = linnet_timeline_model_get_n_items;
  iface->get_item = linnet_timeline_model_get_item;
}

static void
linnet_timeline_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetTimelineModel *self = LINNET_TIMELINE_MODEL (object);

  switch (id)
    {
    case PROP_OLDER_END:
      g_value_set_enum (value, self->older_end);
      break;
    case PROP_NEWER_END:
      g_value_set_enum (value, self->newer_end);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_timeline_model_dispose (GObject *object)
{
  LinnetTimelineModel *self = LINNET_TIMELINE_MODEL (object);

  g_clear_handle_id (&self->apply_source, g_source_remove);
  g_clear_object (&self->first_unread);
  G_OBJECT_CLASS (linnet_timeline_model_parent_class)->dispose (object);
}

static void
linnet_timeline_model_finalize (GObject *object)
{
  LinnetTimelineModel *self = LINNET_TIMELINE_MODEL (object);

  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->days, g_hash_table_unref);
  g_clear_object (&self->unread);
  g_clear_object (&self->beginning);
  g_clear_object (&self->failed);
  G_OBJECT_CLASS (linnet_timeline_model_parent_class)->finalize (object);
}

static void
linnet_timeline_model_class_init (LinnetTimelineModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_timeline_model_get_property;
  object_class->dispose = linnet_timeline_model_dispose;
  object_class->finalize = linnet_timeline_model_finalize;

  props[PROP_OLDER_END] = g_param_spec_enum ("older-end", NULL, NULL, LINNET_TYPE_TIMELINE_END,
                                             LINNET_TIMELINE_END_MORE, flags);
  props[PROP_NEWER_END] = g_param_spec_enum ("newer-end", NULL, NULL, LINNET_TYPE_TIMELINE_END,
                                             LINNET_TIMELINE_END_COMPLETE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_PAGE_WANTED] =
      g_signal_new ("page-wanted", LINNET_TYPE_TIMELINE_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_UINT);
}

static void
linnet_timeline_model_init (LinnetTimelineModel *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->days = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->unread = linnet_divider_new (LINNET_DIVIDER_UNREAD, 0);
  self->beginning = linnet_divider_new (LINNET_DIVIDER_BEGINNING, 0);
  self->failed = linnet_divider_new (LINNET_DIVIDER_LOAD_FAILED, 0);
  self->newer_end = LINNET_TIMELINE_END_COMPLETE;
}

/**
 * linnet_timeline_model_new:
 *
 * Returns: (transfer full): an empty timeline, live at its newer end, nothing loaded
 */
LinnetTimelineModel *
linnet_timeline_model_new (void)
{
  return g_object_new (LINNET_TYPE_TIMELINE_MODEL, NULL);
}

/**
 * linnet_timeline_model_want_older:
 * @self: a timeline
 *
 * Says that a reader comes near the older end. Asks for a page if there may be one and none is
 * on its way; also tries again after a failure.
 */
void
linnet_timeline_model_want_older (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  want (self, LINNET_PAGE_OLDER);
}

/**
 * linnet_timeline_model_want_newer:
 * @self: a timeline
 *
 * Says that a reader comes near the newer end of a window that is not live.
 */
void
linnet_timeline_model_want_newer (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  want (self, LINNET_PAGE_NEWER);
}

/**
 * linnet_timeline_model_go_newest:
 * @self: a timeline
 *
 * Returns to the live window. Nothing happens if it is live already.
 */
void
linnet_timeline_model_go_newest (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  if (self->newer_end == LINNET_TIMELINE_END_COMPLETE)
    return;
  linnet_timeline_model_clear (self);
  want (self, LINNET_PAGE_OLDER);
}

/**
 * linnet_timeline_model_catch_up:
 * @self: a timeline
 *
 * Something may have been said that the window was not told. A live window asks for it.
 */
void
linnet_timeline_model_catch_up (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  if (self->newer_end != LINNET_TIMELINE_END_COMPLETE ||
      self->older_end == LINNET_TIMELINE_END_LOADING)
    return;
  if (g_hash_table_size (self->by_id) == 0)
    {
      linnet_timeline_set_end (self, LINNET_PAGE_OLDER, LINNET_TIMELINE_END_MORE);
      want (self, LINNET_PAGE_OLDER);
      return;
    }
  linnet_timeline_set_end (self, LINNET_PAGE_NEWER, LINNET_TIMELINE_END_MORE);
  want (self, LINNET_PAGE_NEWER);
}

/**
 * linnet_timeline_model_go_to:
 * @self: a timeline
 * @local_id: a message
 *
 * Asks for a new window round this message, unless it is in the window.
 */
void
linnet_timeline_model_go_to (LinnetTimelineModel *self, gint64 local_id)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  if (linnet_timeline_model_lookup (self, local_id) != NULL)
    return;
  g_signal_emit (self, signals[SIGNAL_PAGE_WANTED], 0, local_id, (guint) LINNET_PAGE_AROUND);
}

/**
 * linnet_timeline_model_get_older_end:
 * @self: a timeline
 *
 * Returns: how the older end stands
 */
LinnetTimelineEnd
linnet_timeline_model_get_older_end (LinnetTimelineModel *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), LINNET_TIMELINE_END_COMPLETE);
  return self->older_end;
}

/**
 * linnet_timeline_model_get_newer_end:
 * @self: a timeline
 *
 * Returns: how the newer end stands; %LINNET_TIMELINE_END_COMPLETE is live
 */
LinnetTimelineEnd
linnet_timeline_model_get_newer_end (LinnetTimelineModel *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), LINNET_TIMELINE_END_COMPLETE);
  return self->newer_end;
}

/**
 * linnet_timeline_model_add_page:
 * @self: a timeline
 * @direction: the direction that was asked for
 * @messages: (element-type LinnetMessage): the messages, oldest first
 * @complete: whether nothing is left in this direction
 *
 * Takes a page of history. Messages that are there already are only brought up to date.
 */
void
linnet_timeline_model_add_page (LinnetTimelineModel *self,
                                LinnetPageDirection direction,
                                GPtrArray *messages,
                                gboolean complete)
{
  LinnetTimelineEnd end = complete ? LINNET_TIMELINE_END_COMPLETE : LINNET_TIMELINE_END_MORE;
  guint at = 0;

  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self) && messages != NULL);

  if (direction == LINNET_PAGE_AROUND)
    {
      linnet_timeline_forget_range (self, 0, self->messages->len);
      linnet_timeline_set_end (self, LINNET_PAGE_OLDER, end);
    }
  else if (direction == LINNET_PAGE_NEWER)
    at = self->messages->len;
  for (guint i = 0; i < messages->len; i++)
    {
      LinnetMessage *message = g_ptr_array_index (messages, i);
      LinnetMessage *echo;

      if (linnet_timeline_model_update (self, message))
        continue;
      echo = direction == LINNET_PAGE_NEWER ? linnet_timeline_find_echo (self, message) : NULL;
      if (echo != NULL)
        {
          linnet_message_update (echo, message);
          linnet_timeline_index_message (self, echo);
          continue;
        }
      g_ptr_array_insert (self->messages, at++, g_object_ref (message));
      linnet_timeline_index_message (self, message);
    }
  linnet_timeline_set_end (
      self, direction == LINNET_PAGE_OLDER ? LINNET_PAGE_OLDER : LINNET_PAGE_NEWER, end);
  linnet_timeline_cut (self, direction);
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_fail_page:
 * @self: a timeline
 * @direction: the direction that was asked for
 *
 * Says that a page could not be had; the next wish for one tries again.
 */
void
linnet_timeline_model_fail_page (LinnetTimelineModel *self, LinnetPageDirection direction)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  linnet_timeline_set_end (self,
                           direction == LINNET_PAGE_OLDER ? LINNET_PAGE_OLDER : LINNET_PAGE_NEWER,
                           LINNET_TIMELINE_END_FAILED);
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_clear:
 * @self: a timeline
 *
 * Empties the window: nothing loaded, live at its newer end.
 */
void
linnet_timeline_model_clear (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  linnet_timeline_forget_range (self, 0, self->messages->len);
  linnet_timeline_set_end (self, LINNET_PAGE_OLDER, LINNET_TIMELINE_END_MORE);
  linnet_timeline_set_end (self, LINNET_PAGE_NEWER, LINNET_TIMELINE_END_COMPLETE);
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_flush:
 * @self: a timeline
 *
 * Applies at once what would be applied before the next frame.
 */
void
linnet_timeline_model_flush (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  if (self->apply_source != 0)
    apply (self);
}

/**
 * linnet_timeline_model_lookup:
 * @self: a timeline
 * @local_id: a number of the store
 *
 * Returns: (nullable) (transfer none): the message, if the window has it
 */
LinnetMessage *
linnet_timeline_model_lookup (LinnetTimelineModel *self, gint64 local_id)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), NULL);
  return local_id == 0 ? NULL : g_hash_table_lookup (self->by_id, &local_id);
}

/**
 * linnet_timeline_model_get_position:
 * @self: a timeline
 * @item: (nullable): a message or a divider
 *
 * Returns: where it stands in the list, %G_MAXUINT if it does not
 */
guint
linnet_timeline_model_get_position (LinnetTimelineModel *self, gpointer item)
{
  guint at;

  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), G_MAXUINT);
  return g_ptr_array_find (self->items, item, &at) ? at : G_MAXUINT;
}

/**
 * linnet_timeline_model_get_newest:
 * @self: a timeline
 *
 * Returns: (nullable) (transfer none): the last message of the window
 */
LinnetMessage *
linnet_timeline_model_get_newest (LinnetTimelineModel *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), NULL);
  return self->messages->len > 0 ? g_ptr_array_index (self->messages, self->messages->len - 1)
                                 : NULL;
}

/**
 * linnet_timeline_model_get_n_messages:
 * @self: a timeline
 *
 * Returns: how many messages the window has
 */
guint
linnet_timeline_model_get_n_messages (LinnetTimelineModel *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), 0);
  return self->messages->len;
}

/**
 * linnet_timeline_model_place_unread:
 * @self: a timeline
 * @unread: how many incoming messages are unread; 0 takes the divider away
 *
 * Places the divider "New messages" before the first unread message, as soon as that is loaded.
 */
void
linnet_timeline_model_place_unread (LinnetTimelineModel *self, guint unread)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  g_clear_object (&self->first_unread);
  self->unread_wanted = unread;
  linnet_timeline_schedule (self);
}

/**
 * linnet_timeline_model_get_unread_position:
 * @self: a timeline
 *
 * Returns: where the divider "New messages" stands, %G_MAXUINT if it does not
 */
guint
linnet_timeline_model_get_unread_position (LinnetTimelineModel *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE_MODEL (self), G_MAXUINT);
  return linnet_timeline_model_get_position (self, self->unread);
}

/**
 * linnet_timeline_model_day_changed:
 * @self: a timeline
 *
 * It is midnight: every day divider becomes another item, so that its row says the right word.
 */
void
linnet_timeline_model_day_changed (LinnetTimelineModel *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE_MODEL (self));
  g_hash_table_remove_all (self->days);
  linnet_timeline_schedule (self);
}
