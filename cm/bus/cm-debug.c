/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-debug.c: the log of this process on the bus. Telepathy: Debug
 *
 * Nothing secret is ever given to g_log (style: no passwords, keys or bodies), so nothing secret
 * can be here. Any thread may log; the ring has a lock, and signals leave from the main thread
 * only. */
#include "bus/cm-debug.h"

#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "dbus/telepathy.h"

#define OBJECT_PATH "/org/freedesktop/Telepathy/debug"
/* So many lines of at most so many bytes are kept. */
#define RING_LINES 1000
#define LINE_BYTES 1024

typedef struct
{
  double time_s;
  char *domain; /* (owned) */
  char *text; /* (owned) */
  guint level; /* Telepathy's Debug_Level */
} Line;

struct _CmDebug
{
  GObject parent_instance;

  TpDebug *skeleton; /* (owned) */
  GMutex lock; /* guards the rest */
  GQueue lines; /* (owned) Line */
  GQueue unsent; /* (borrowed) Line, of `lines`: not signalled yet */
  guint idle_id;
  gboolean is_enabled;
};

G_DEFINE_FINAL_TYPE (CmDebug, cm_debug, G_TYPE_OBJECT)

static void
line_free (Line *line)
{
  g_free (line->domain);
  g_free (line->text);
  g_free (line);
}

/* Telepathy: 0 error, 1 critical, 2 warning, 3 message, 4 info, 5 debug. */
static guint
level_from_glib (GLogLevelFlags flags)
{
  if (flags & G_LOG_LEVEL_ERROR)
    return 0;
  if (flags & G_LOG_LEVEL_CRITICAL)
    return 1;
  if (flags & G_LOG_LEVEL_WARNING)
    return 2;
  if (flags & G_LOG_LEVEL_MESSAGE)
    return 3;
  if (flags & G_LOG_LEVEL_INFO)
    return 4;
  return 5;
}

static char *
copy_bounded (const char *text, gssize length)
{
  size_t size = length < 0 ? strlen (text) : (size_t) length;
  g_autofree char *bounded = g_strndup (text, MIN (size, LINE_BYTES));

  return g_utf8_make_valid (bounded, -1);
}

static gboolean
emit_idle_cb (gpointer user_data)
{
  CmDebug *self = user_data;
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  Line *line;

  g_mutex_lock (&self->lock);
  self->idle_id = 0;
  /* Emitting may log: the signals are made from copies, without the lock. */
  while ((line = g_queue_pop_head (&self->unsent)) != NULL)
    g_ptr_array_add (lines, g_variant_ref_sink (g_variant_new ("(dsus)", line->time_s, line->domain,
                                                               line->level, line->text)));
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < lines->len; i++)
    {
      g_autoptr (GVariant) copy = g_ptr_array_index (lines, i);
      double time_s;
      const char *domain, *text;
      guint level;

      g_variant_get (copy, "(d&su&s)", &time_s, &domain, &level, &text);
      tp_debug_emit_new_debug_message (self->skeleton, time_s, domain, level, text);
    }
  return G_SOURCE_REMOVE;
}

static void
add_line (CmDebug *self, GLogLevelFlags flags, const char *domain, const char *text, gssize length)
{
  Line *line = g_new0 (Line, 1);

  line->time_s = g_get_real_time () / 1e6;
  line->domain = g_strdup (domain);
  line->text = copy_bounded (text, length);
  line->level = level_from_glib (flags);

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->lines, line);
  if (self->is_enabled)
    {
      g_queue_push_tail (&self->unsent, line);
      if (self->idle_id == 0)
        self->idle_id = g_idle_add (emit_idle_cb, self);
    }
  if (self->lines.length > RING_LINES)
    {
      Line *oldest = g_queue_pop_head (&self->lines);

      g_queue_remove (&self->unsent, oldest);
      line_free (oldest);
    }
  g_mutex_unlock (&self->lock);
}

static GLogWriterOutput
log_writer_cb (GLogLevelFlags flags, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  CmDebug *self = user_data;
  const char *domain = "";
  const char *text = NULL;
  gssize length = -1;

  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
        domain = fields[i].value;
      else if (g_str_equal (fields[i].key, "MESSAGE"))
        {
          text = fields[i].value;
          length = fields[i].length;
        }
    }
  /* What GDBus says of its own work would make more of itself. */
  if (text != NULL && !g_str_has_prefix (domain, "GLib-GIO"))
    add_line (self, flags, domain, text, length);
  return g_log_writer_default (flags, fields, n_fields, NULL);
}

static gboolean
handle_get_messages_cb (CmDebug *self, GDBusMethodInvocation *invocation)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(dsus)"));
  g_mutex_lock (&self->lock);
  for (GList *link = self->lines.head; link != NULL; link = link->next)
    {
      Line *line = link->data;

      g_variant_builder_add (&builder, "(dsus)", line->time_s, line->domain, line->level,
                             line->text);
    }
  g_mutex_unlock (&self->lock);
  tp_debug_complete_get_messages (self->skeleton, invocation, g_variant_builder_end (&builder));
  return TRUE;
}

static void
enabled_cb (CmDebug *self)
{
  g_mutex_lock (&self->lock);
  self->is_enabled = tp_debug_get_enabled (self->skeleton);
  if (!self->is_enabled)
    g_queue_clear (&self->unsent);
  g_mutex_unlock (&self->lock);
}

/* The log writer keeps the object for ever, so there is nothing to finalize. */
static void
cm_debug_class_init (CmDebugClass *klass)
{
}

static void
cm_debug_init (CmDebug *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->lines);
  g_queue_init (&self->unsent);
  self->skeleton = tp_debug_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-get-messages",
                           G_CALLBACK (handle_get_messages_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "notify::enabled", G_CALLBACK (enabled_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * cm_debug_new:
 *
 * Makes the object and has GLib give it every line. Called once.
 *
 * Returns: (transfer full): kept for ever by the log writer as well
 */
CmDebug *
cm_debug_new (void)
{
  CmDebug *self = g_object_new (CM_TYPE_DEBUG, NULL);

  g_log_set_writer_func (log_writer_cb, g_object_ref (self), NULL);
  return self;
}

/**
 * cm_debug_export:
 * @bus: where
 *
 * Returns: %FALSE if the path is taken
 * Errors: those of g_dbus_interface_skeleton_export ()
 * Spec: Telepathy Debug
 */
gboolean
cm_debug_export (CmDebug *self, GDBusConnection *bus, GError **error)
{
  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                           OBJECT_PATH, error);
}
