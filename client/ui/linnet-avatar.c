/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-avatar.c: the round picture of somebody, or their initials on the colour of their address.
 * XEP-0392 §5 */

#include "config.h"

#include "ui/linnet-avatar.h"

#include <math.h>

#include "ui/avatar-colors.h"

struct _LinnetAvatar
{
  GtkWidget parent_instance;

  int size_px;
  char *address;
  char *name;
  char *initials;
  GdkRGBA color;
};

enum
{
  PROP_0,
  PROP_SIZE,
  PROP_ADDRESS,
  PROP_NAME,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetAvatar, linnet_avatar, GTK_TYPE_WIDGET)

static void
update (LinnetAvatar *self)
{
  linnet_avatar_get_color (self->address, &self->color);
  g_free (self->initials);
  self->initials = linnet_avatar_dup_initials (self->name != NULL ? self->name : self->address);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
linnet_avatar_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = *natural = LINNET_AVATAR (widget)->size_px;
}

static void
snapshot_initials (LinnetAvatar *self, GtkSnapshot *snapshot, int size)
{
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), self->initials);
  PangoFontDescription *font = pango_font_description_new ();
  PangoRectangle ink;

  /* Part of the picture, not text of the page: its size is that of the circle. */
  pango_font_description_set_absolute_size (font, size * 0.4 * PANGO_SCALE);
  pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_get_pixel_extents (layout, &ink, NULL);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((size - ink.width) / 2.0 - ink.x,
                                                          (size - ink.height) / 2.0 - ink.y));
  gtk_snapshot_append_layout (snapshot, layout, &(GdkRGBA){ 1, 1, 1, 1 });
}

static void
linnet_avatar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LinnetAvatar *self = LINNET_AVATAR (widget);
  int size = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  GskRoundedRect circle;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((gtk_widget_get_width (widget) - size) / 2,
                                                (gtk_widget_get_height (widget) - size) / 2));
  gsk_rounded_rect_init_from_rect (&circle, &GRAPHENE_RECT_INIT (0, 0, size, size), size / 2.0);
  gtk_snapshot_push_rounded_clip (snapshot, &circle);
  gtk_snapshot_append_color (snapshot, &self->color, &circle.bounds);
  if (self->initials != NULL)
    snapshot_initials (self, snapshot, size);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_restore (snapshot);
}

static void
linnet_avatar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LinnetAvatar *self = LINNET_AVATAR (object);

  switch (prop_id)
    {
    case PROP_SIZE:
      g_value_set_int (value, self->size_px);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
linnet_avatar_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  LinnetAvatar *self = LINNET_AVATAR (object);

  switch (prop_id)
    {
    case PROP_SIZE:
      linnet_avatar_set_size (self, g_value_get_int (value));
      break;
    case PROP_ADDRESS:
      linnet_avatar_set_person (self, g_value_get_string (value), self->name);
      break;
    case PROP_NAME:
      linnet_avatar_set_person (self, self->address, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
linnet_avatar_finalize (GObject *object)
{
  LinnetAvatar *self = LINNET_AVATAR (object);

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->initials, g_free);
  G_OBJECT_CLASS (linnet_avatar_parent_class)->finalize (object);
}

static void
linnet_avatar_class_init (LinnetAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = linnet_avatar_finalize;
  object_class->get_property = linnet_avatar_get_property;
  object_class->set_property = linnet_avatar_set_property;
  widget_class->measure = linnet_avatar_measure;
  widget_class->snapshot = linnet_avatar_snapshot;

  props[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 16, 128, 40, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("person", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "linnetavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
linnet_avatar_init (LinnetAvatar *self)
{
  self->size_px = 40;
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  update (self);
}

/**
 * linnet_avatar_new: an avatar of nobody.
 * @size_px: width and height, 16 to 128
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_avatar_new (int size_px)
{
  return g_object_new (LINNET_TYPE_AVATAR, "size", size_px, NULL);
}

void
linnet_avatar_set_size (LinnetAvatar *self, int size_px)
{
  g_return_if_fail (LINNET_IS_AVATAR (self));

  if (self->size_px == size_px)
    return;
  self->size_px = size_px;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SIZE]);
}

/**
 * linnet_avatar_set_person: whose picture it is.
 * @address: (nullable): bare address; the colour is that of the address, whatever the name
 * @name: (nullable): what the initials are taken from; the address if there is none
 */
void
linnet_avatar_set_person (LinnetAvatar *self, const char *address, const char *name)
{
  gboolean new_address, new_name;

  g_return_if_fail (LINNET_IS_AVATAR (self));

  new_address = g_strcmp0 (self->address, address) != 0;
  new_name = g_strcmp0 (self->name, name) != 0;
  if (!new_address && !new_name)
    return;
  if (new_address)
    {
      g_free (self->address);
      self->address = g_strdup (address);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADDRESS]);
    }
  if (new_name)
    {
      g_free (self->name);
      self->name = g_strdup (name);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
    }
  update (self);
}

/**
 * linnet_avatar_get_hue: the angle that belongs to an address, in degrees.
 *
 * Spec: XEP-0392 §5.1
 */
guint
linnet_avatar_get_hue (const char *address)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) address, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return ((digest[1] << 8 | digest[0]) * 360) >> 16;
}

/**
 * linnet_avatar_get_color: the colour that belongs to an address, as dark as white text needs it.
 * @address: (nullable): a bare address
 * @color: (out): filled in
 *
 * Spec: XEP-0392 §5.2
 */
void
linnet_avatar_get_color (const char *address, GdkRGBA *color)
{
  guint32 rgb = avatar_colors[linnet_avatar_get_hue (address != NULL ? address : "")];

  *color = (GdkRGBA){ (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
                      1 };
}

/**
 * linnet_avatar_dup_initials: the first letters of the first and the last word.
 * @name: (nullable): UTF-8
 *
 * Returns: (transfer full): two letters at most, "" if there is none
 */
char *
linnet_avatar_dup_initials (const char *name)
{
  gunichar first = 0;
  gunichar last = 0;
  gboolean in_word = FALSE;
  GString *initials = g_string_new (NULL);

  for (const char *p = name != NULL ? name : ""; *p != '\0' && *p != '@'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!in_word && g_unichar_isalnum (c))
        {
          if (first == 0)
            first = c;
          else
            last = c;
        }
      in_word = !g_unichar_isspace (c) && c != '.' && c != '_' && c != '-';
    }
  if (first != 0)
    g_string_append_unichar (initials, g_unichar_toupper (first));
  if (last != 0)
    g_string_append_unichar (initials, g_unichar_toupper (last));
  return g_string_free (initials, FALSE);
}
