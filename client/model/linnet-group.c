/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-group.c: a group of contacts. It is known by its name, which may change; contacts say
 * themselves in which groups they are. */
#include "config.h"

#include "model/linnet-group.h"

#include "model/linnet-notify.h"

struct _LinnetGroup
{
  GObject parent_instance;

  char *name; /* (owned) */
};

enum
{
  PROP_NAME = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetGroup, linnet_group, G_TYPE_OBJECT)

static void
linnet_group_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, LINNET_GROUP (object)->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_group_finalize (GObject *object)
{
  g_clear_pointer (&LINNET_GROUP (object)->name, g_free);
  G_OBJECT_CLASS (linnet_group_parent_class)->finalize (object);
}

static void
linnet_group_class_init (LinnetGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_group_get_property;
  object_class->finalize = linnet_group_finalize;

  props[PROP_NAME] =
      g_param_spec_string ("name", NULL, NULL, NULL,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_group_init (LinnetGroup *self)
{
}

/** linnet_group_new: Returns: (transfer full): a group of that name */
LinnetGroup *
linnet_group_new (const char *name)
{
  LinnetGroup *self = g_object_new (LINNET_TYPE_GROUP, NULL);

  self->name = g_strdup (name);
  return self;
}

/** linnet_group_get_name: Returns: its name, which is the network's: never markup */
const char *
linnet_group_get_name (LinnetGroup *self)
{
  g_return_val_if_fail (LINNET_IS_GROUP (self), NULL);
  return self->name;
}

/**
 * linnet_group_set_name:
 * @self: a group
 * @name: as the service says; to rename one use linnet_account_rename_group_async()
 */
void
linnet_group_set_name (LinnetGroup *self, const char *name)
{
  g_return_if_fail (LINNET_IS_GROUP (self) && name != NULL);
  linnet_notify_string (self, &self->name, name, props[PROP_NAME]);
}

/**
 * linnet_group_dup_path:
 * @self: a group
 * @delimiter: (nullable): linnet_account_get_group_delimiter()
 *
 * Returns: (transfer full) (array zero-terminated=1): its name within the groups that it is in, the
 *   outermost first; the name alone where groups are not in groups
 */
char **
linnet_group_dup_path (LinnetGroup *self, const char *delimiter)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (LINNET_IS_GROUP (self), NULL);
  if (delimiter == NULL || *delimiter == '\0')
    {
      g_strv_builder_add (builder, self->name);
      return g_strv_builder_end (builder);
    }
  parts = g_strsplit (self->name, delimiter, -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0')
      {
        /* A name that only looks like a path. */
        g_strv_builder_add (builder, self->name);
        return g_strv_builder_end (builder);
      }
  return g_steal_pointer (&parts);
}
