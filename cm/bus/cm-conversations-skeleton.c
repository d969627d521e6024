/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-conversations-skeleton.c: Conversations1 whose Conversations is made when it is read
 *
 * The generated skeleton keeps a value for each property: with a thousand conversations, every
 * change of one would cost a thousand. This one asks its face. */
#include "bus/cm-conversations-skeleton.h"

typedef struct
{
  LinConversations1Skeleton parent_instance;

  CmConversationsFunc func;
  gpointer user_data; /* (unowned): the face owns us */
} CmConversationsSkeleton;

typedef LinConversations1SkeletonClass CmConversationsSkeletonClass;

enum
{
  PROP_CONVERSATIONS = 1,
};

static GType cm_conversations_skeleton_get_type (void);
G_DEFINE_TYPE (CmConversationsSkeleton,
               cm_conversations_skeleton,
               LIN_TYPE_CONVERSATIONS1_SKELETON)

static void
cm_conversations_skeleton_get_property (GObject *object,
                                        guint prop_id,
                                        GValue *value,
                                        GParamSpec *pspec)
{
  CmConversationsSkeleton *self = (CmConversationsSkeleton *) object;

  g_value_take_variant (value, g_variant_ref_sink (self->func (self->user_data)));
}

/* Nobody sets it: they are what the account says. */
static void
cm_conversations_skeleton_set_property (GObject *object,
                                        guint prop_id,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
}

static void
cm_conversations_skeleton_class_init (CmConversationsSkeletonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = cm_conversations_skeleton_get_property;
  object_class->set_property = cm_conversations_skeleton_set_property;
  g_object_class_override_property (object_class, PROP_CONVERSATIONS, "conversations");
}

static void
cm_conversations_skeleton_init (CmConversationsSkeleton *self)
{
}

/**
 * cm_conversations_skeleton_new:
 * @func: makes the value of Conversations
 * @user_data: for @func; outlives the skeleton
 *
 * Returns: (transfer full): the skeleton
 */
LinConversations1 *
cm_conversations_skeleton_new (CmConversationsFunc func, gpointer user_data)
{
  CmConversationsSkeleton *self = g_object_new (cm_conversations_skeleton_get_type (), NULL);

  self->func = func;
  self->user_data = user_data;
  return LIN_CONVERSATIONS1 (self);
}
