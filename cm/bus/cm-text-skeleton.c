/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-text-skeleton.c: Channel.Interface.Messages whose PendingMessages is made when it is read
 *
 * The generated skeleton keeps a value for each property: with a thousand messages pending, every
 * further one would cost a thousand. This one asks its channel. */
#include "bus/cm-text-skeleton.h"

typedef struct
{
  TpChannelInterfaceMessagesSkeleton parent_instance;

  CmPendingMessagesFunc func;
  gpointer user_data; /* (unowned): the channel owns us */
} CmMessagesSkeleton;

typedef TpChannelInterfaceMessagesSkeletonClass CmMessagesSkeletonClass;

enum
{
  PROP_PENDING_MESSAGES = 1,
};

static GType cm_messages_skeleton_get_type (void);
G_DEFINE_TYPE (CmMessagesSkeleton,
               cm_messages_skeleton,
               TP_TYPE_CHANNEL_INTERFACE_MESSAGES_SKELETON)

static void
cm_messages_skeleton_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  CmMessagesSkeleton *self = (CmMessagesSkeleton *) object;

  g_value_take_variant (value, g_variant_ref_sink (self->func (self->user_data)));
}

/* Nobody sets it: what is pending is what the channel says. */
static void
cm_messages_skeleton_set_property (GObject *object,
                                   guint prop_id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
}

static void
cm_messages_skeleton_class_init (CmMessagesSkeletonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cm_messages_skeleton_get_property;
  object_class->set_property = cm_messages_skeleton_set_property;
  g_object_class_override_property (object_class, PROP_PENDING_MESSAGES, "pending-messages");
}

static void
cm_messages_skeleton_init (CmMessagesSkeleton *self)
{
}

/**
 * cm_messages_skeleton_new:
 * @func: makes the value of PendingMessages
 * @user_data: for @func; outlives the skeleton
 *
 * Returns: (transfer full): the skeleton
 */
TpChannelInterfaceMessages *
cm_messages_skeleton_new (CmPendingMessagesFunc func, gpointer user_data)
{
  CmMessagesSkeleton *self = g_object_new (cm_messages_skeleton_get_type (), NULL);

  self->func = func;
  self->user_data = user_data;
  return TP_CHANNEL_INTERFACE_MESSAGES (self);
}
