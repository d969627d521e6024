/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline.c: the list that a conversation is read in.
 *
 * GtkListView is not used here: it keeps 200 rows alive, guesses the height of those not yet built
 * by their median and corrects its adjustment in size_allocate, while a fling goes on writing the
 * old value; the view jumps. */

#include "ui/linnet-timeline.h"

#include "ui/linnet-timeline-private.h"

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_STICKY,
  N_PROPS,
  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  SIGNAL_SETTLED,
  SIGNAL_EDGE_NEARED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (LinnetTimeline,
                               linnet_timeline,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

void
_linnet_timeline_set_sticky (LinnetTimeline *self, gboolean sticky)
{
  if (self->sticky == sticky)
    return;
  self->sticky = sticky;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STICKY]);
}

/* Says, once for each state of the model, that less than one and a half screens are left. */
static void
tell_edges (LinnetTimeline *self)
{
  double value, lower, upper;

  if (self->page == 0 || self->rows->len == 0)
    return;
  value = gtk_adjustment_get_value (self->vadjustment);
  lower = gtk_adjustment_get_lower (self->vadjustment);
  upper = gtk_adjustment_get_upper (self->vadjustment);
  if (!self->edge_told[0] && value - lower < 1.5 * self->page)
    {
      self->edge_told[0] = TRUE;
      g_signal_emit (self, signals[SIGNAL_EDGE_NEARED], 0, GTK_POS_TOP);
    }
  if (!self->edge_told[1] && upper - value - self->page < 1.5 * self->page)
    {
      self->edge_told[1] = TRUE;
      g_signal_emit (self, signals[SIGNAL_EDGE_NEARED], 0, GTK_POS_BOTTOM);
    }
}

static gboolean
settle_cb (gpointer user_data)
{
  LinnetTimeline *self = user_data;
  gint64 left_us = self->settle_at_us - g_get_monotonic_time ();
  guint first, last;

  if (left_us > 1000)
    {
      self->settle_id = g_timeout_add (left_us / 1000 + 1, settle_cb, self);
      return G_SOURCE_REMOVE;
    }

  self->settle_id = 0;
  if (self->vadjustment != NULL && self->animation == NULL)
    _linnet_timeline_rebase (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && linnet_timeline_get_shown (self, &first, &last))
    g_signal_emit (self, signals[SIGNAL_SETTLED], 0, first, last);
  return G_SOURCE_REMOVE;
}

static void
value_changed_cb (LinnetTimeline *self)
{
  double value = _linnet_timeline_get_value (self);

  if (self->is_updating)
    return;

  if (value < self->last_value)
    _linnet_timeline_set_sticky (self, FALSE);
  else if (_linnet_timeline_is_at_end (self))
    _linnet_timeline_set_sticky (self, TRUE);
  if (self->animation != NULL && !self->is_animating)
    _linnet_timeline_stop_animation (self);
  self->last_value = value;
  _linnet_timeline_fill (self);
  tell_edges (self);
}

static void
items_changed_cb (LinnetTimeline *self, guint position, guint removed, guint added)
{
  self->edge_told[0] = self->edge_told[1] = FALSE;
  _linnet_timeline_items_changed (self, position, removed, added);
}

static void
set_adjustment (LinnetTimeline *self, GtkAdjustment **field, GtkAdjustment *adjustment)
{
  if (*field == adjustment && adjustment != NULL)
    return;
  if (*field != NULL)
    g_signal_handlers_disconnect_by_data (*field, self);
  g_clear_object (field);
  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  *field = g_object_ref_sink (adjustment);
  if (field == &self->vadjustment)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self,
                             G_CONNECT_SWAPPED);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
linnet_timeline_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  /* What is inside scrolls: asking the rows would cost a pass over them for nothing. */
  *minimum = 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? TIMELINE_COLUMN_MAX : 0;
}

static void
allocate_row (LinnetTimeline *self, TimelineRow *row, int y)
{
  int minimum, width;
  GskTransform *transform;

  gtk_widget_measure (row->widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  width = MAX (self->column, minimum);
  transform = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((self->width - width) / 2, y));
  gtk_widget_allocate (row->widget, width, row->height, -1, transform);
}

static void
linnet_timeline_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);
  int column = MIN (width, TIMELINE_COLUMN_MAX);
  gboolean is_new_size = column != self->column;
  guint anchor = _linnet_timeline_get_anchor_index (self);
  int value;

  self->width = width;
  self->page = height;
  if (self->is_font_stale)
    is_new_size = _linnet_timeline_read_font (self) || is_new_size;
  self->is_font_stale = FALSE;
  self->column = column;
  if (is_new_size)
    _linnet_timeline_estimate_all (self);
  if (_linnet_timeline_measure_rows (self) || is_new_size)
    _linnet_timeline_stack (self, anchor);
  _linnet_timeline_update_adjustment (self);

  value = (int) floor (_linnet_timeline_get_value (self));
  for (guint i = 0; i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);

      allocate_row (self, row, row->y - value);
    }
  if (self->kept != NULL)
    allocate_row (self, self->kept,
                  self->kept_position < self->first ? -height - self->kept->height : 2 * height);

  if (_linnet_timeline_is_short (self))
    _linnet_timeline_queue_fill (self);
  else
    tell_edges (self);
}

static void
linnet_timeline_set_focus_child (GtkWidget *widget, GtkWidget *child)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);

  GTK_WIDGET_CLASS (linnet_timeline_parent_class)->set_focus_child (widget, child);
  for (guint i = 0; child != NULL && i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);

      if (row->widget == child)
        self->last_focused = row->item;
    }
}

static void
linnet_timeline_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);

  GTK_WIDGET_CLASS (linnet_timeline_parent_class)->css_changed (widget, change);
  self->is_font_stale = TRUE;
}

static void
linnet_timeline_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LinnetTimeline *self = LINNET_TIMELINE (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_STICKY:
      g_value_set_boolean (value, self->sticky);
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
linnet_timeline_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  LinnetTimeline *self = LINNET_TIMELINE (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      linnet_timeline_set_model (self, g_value_get_object (value));
      break;
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
free_spare (LinnetTimeline *self)
{
  if (self->spare == NULL)
    return;
  for (guint i = 0; i < self->factory->n_kinds; i++)
    g_ptr_array_unref (self->spare[i]);
  g_clear_pointer (&self->spare, g_free);
}

static void
linnet_timeline_dispose (GObject *object)
{
  LinnetTimeline *self = LINNET_TIMELINE (object);

  _linnet_timeline_stop_animation (self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->factory != NULL)
    _linnet_timeline_clear_rows (self);
  free_spare (self);
  self->factory = NULL;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  if (self->vadjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->vadjustment, self);
  g_clear_object (&self->vadjustment);
  g_clear_object (&self->hadjustment);
  G_OBJECT_CLASS (linnet_timeline_parent_class)->dispose (object);
}

static void
linnet_timeline_finalize (GObject *object)
{
  LinnetTimeline *self = LINNET_TIMELINE (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->leaving);
  g_array_unref (self->sizes);
  G_OBJECT_CLASS (linnet_timeline_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  props[PROP_MODEL] =
      g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READWRITE | flags);
  props[PROP_STICKY] = g_param_spec_boolean ("sticky", NULL, NULL, TRUE, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
}

static void
linnet_timeline_class_init (LinnetTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_timeline_dispose;
  object_class->finalize = linnet_timeline_finalize;
  object_class->get_property = linnet_timeline_get_property;
  object_class->set_property = linnet_timeline_set_property;
  widget_class->measure = linnet_timeline_measure;
  widget_class->size_allocate = linnet_timeline_size_allocate;
  widget_class->css_changed = linnet_timeline_css_changed;
  widget_class->set_focus_child = linnet_timeline_set_focus_child;
  widget_class->focus = _linnet_timeline_focus;
  install_properties (object_class);

  /* Nothing has scrolled for 0.3 s: these positions, first and last, are in view. */
  signals[SIGNAL_SETTLED] =
      g_signal_new ("settled", LINNET_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  /* Less than one and a half screens are left above or below; told again after the model changed.
   */
  signals[SIGNAL_EDGE_NEARED] =
      g_signal_new ("edge-neared", LINNET_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, GTK_TYPE_POSITION_TYPE);

  _linnet_timeline_class_add_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
linnet_timeline_init (LinnetTimeline *self)
{
  self->sizes = g_array_new (FALSE, FALSE, sizeof (TimelineSize));
  self->rows = g_ptr_array_new_with_free_func (_linnet_timeline_free_row);
  self->leaving = g_ptr_array_new_with_free_func (_linnet_timeline_free_row);
  self->sticky = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);
}

/**
 * linnet_timeline_new: an empty timeline; it needs a factory before it gets a model.
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_timeline_new (void)
{
  return g_object_new (LINNET_TYPE_TIMELINE, NULL);
}

/**
 * linnet_timeline_set_factory: says how rows are made; once, before there is a model.
 * @factory: a constant
 * @user_data: given to every function of it; lives longer than @self
 */
void
linnet_timeline_set_factory (LinnetTimeline *self,
                             const LinnetTimelineFactory *factory,
                             gpointer user_data)
{
  g_return_if_fail (LINNET_IS_TIMELINE (self));
  g_return_if_fail (self->factory == NULL && self->model == NULL);
  g_return_if_fail (factory->n_kinds > 0);

  self->factory = factory;
  self->factory_data = user_data;
  self->spare = g_new0 (GPtrArray *, factory->n_kinds);
  for (guint i = 0; i < factory->n_kinds; i++)
    self->spare[i] = g_ptr_array_new_with_free_func (g_object_unref);
}

GListModel *
linnet_timeline_get_model (LinnetTimeline *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE (self), NULL);
  return self->model;
}

/**
 * linnet_timeline_set_model: shows the items of @model, the newest at the bottom.
 * @model: (nullable):
 */
void
linnet_timeline_set_model (LinnetTimeline *self, GListModel *model)
{
  g_return_if_fail (LINNET_IS_TIMELINE (self));
  g_return_if_fail (model == NULL || self->factory != NULL);

  if (self->model == model)
    return;

  _linnet_timeline_stop_animation (self);
  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      _linnet_timeline_clear_rows (self);
      g_array_set_size (self->sizes, 0);
      self->last_focused = NULL;
    }
  g_set_object (&self->model, model);
  _linnet_timeline_set_sticky (self, TRUE);
  if (model != NULL)
    {
      g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self,
                               G_CONNECT_SWAPPED);
      items_changed_cb (self, 0, 0, g_list_model_get_n_items (model));
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODEL]);
}

/**
 * linnet_timeline_is_sticky: whether the end stays in view when something is appended.
 */
gboolean
linnet_timeline_is_sticky (LinnetTimeline *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE (self), FALSE);
  return self->sticky;
}

/**
 * linnet_timeline_queue_settle: says "settled" once more when nothing has scrolled for 0.3 s from
 * now on.
 */
void
linnet_timeline_queue_settle (LinnetTimeline *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE (self));

  self->settle_at_us = g_get_monotonic_time () + TIMELINE_SETTLE_MS * 1000;
  if (self->settle_id == 0)
    self->settle_id = g_timeout_add (TIMELINE_SETTLE_MS, settle_cb, self);
}

/**
 * linnet_timeline_get_anchor: what linnet_timeline_show_at () needs to come back to what is in
 * view.
 * @position: (out): first item in view
 * @y_px: (out): its distance from the upper edge
 *
 * Returns: %FALSE if nothing is in view or the end sticks
 */
gboolean
linnet_timeline_get_anchor (LinnetTimeline *self, guint *position, int *y_px)
{
  guint anchor;
  TimelineRow *row;

  g_return_val_if_fail (LINNET_IS_TIMELINE (self), FALSE);

  if (self->sticky || self->rows->len == 0)
    return FALSE;
  anchor = _linnet_timeline_get_anchor_index (self);
  row = g_ptr_array_index (self->rows, anchor);
  *position = self->first + anchor;
  *y_px = row->y - (int) _linnet_timeline_get_value (self);
  return TRUE;
}

/**
 * linnet_timeline_get_shown: the rows that are wholly in view; one that is higher than the view
 * counts when its end is in view.
 * @first: (out): position of the first
 * @last: (out): position of the last
 *
 * Returns: %FALSE if there is none
 */
gboolean
linnet_timeline_get_shown (LinnetTimeline *self, guint *first, guint *last)
{
  double value;
  gboolean found = FALSE;

  g_return_val_if_fail (LINNET_IS_TIMELINE (self), FALSE);

  value = _linnet_timeline_get_value (self);
  for (guint i = 0; i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);
      int bottom = row->y + row->height;

      if (bottom > value + self->page || bottom <= value ||
          (row->y < floor (value) && row->height <= self->page))
        continue;
      if (!found)
        *first = self->first + i;
      *last = self->first + i;
      found = TRUE;
    }
  return found;
}

/**
 * linnet_timeline_get_row: the row of the item at @position.
 *
 * Returns: (nullable) (transfer none): %NULL if it is not built
 */
GtkWidget *
linnet_timeline_get_row (LinnetTimeline *self, guint position)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE (self), NULL);

  if (position < self->first || position >= self->first + self->rows->len)
    return NULL;
  return ((TimelineRow *) g_ptr_array_index (self->rows, position - self->first))->widget;
}

/**
 * linnet_timeline_get_n_built: how many rows stand in the widget tree.
 */
guint
linnet_timeline_get_n_built (LinnetTimeline *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE (self), 0);
  return self->rows->len;
}

/**
 * linnet_timeline_get_n_created: how many rows the factory has been asked for.
 */
guint
linnet_timeline_get_n_created (LinnetTimeline *self)
{
  g_return_val_if_fail (LINNET_IS_TIMELINE (self), 0);
  return self->n_created;
}
