/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-activity.c: what somebody is doing. XEP-0108 */

#include "im/im-contact.h"
#include "im/im-fact.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* 2.1, sorted */
static const char *const general_names[] = {
  "doing_chores",
  "drinking",
  "eating",
  "exercising",
  "grooming",
  "having_appointment",
  "inactive",
  "relaxing",
  "talking",
  "traveling",
  "undefined",
  "working",
};

/* 2.2, sorted; which goes with which is not looked at */
static const char *const specific_names[] = {
  "at_the_spa",
  "brushing_teeth",
  "buying_groceries",
  "cleaning",
  "coding",
  "commuting",
  "cooking",
  "cycling",
  "dancing",
  "day_off",
  "doing_maintenance",
  "doing_the_dishes",
  "doing_the_laundry",
  "driving",
  "fishing",
  "gaming",
  "gardening",
  "getting_a_haircut",
  "going_out",
  "hanging_out",
  "having_a_beer",
  "having_a_snack",
  "having_breakfast",
  "having_coffee",
  "having_dinner",
  "having_lunch",
  "having_tea",
  "hiding",
  "hiking",
  "in_a_car",
  "in_a_meeting",
  "in_real_life",
  "jogging",
  "on_a_bus",
  "on_a_plane",
  "on_a_train",
  "on_a_trip",
  "on_the_phone",
  "on_vacation",
  "on_video_phone",
  "other",
  "partying",
  "playing_sports",
  "praying",
  "reading",
  "rehearsing",
  "running",
  "running_an_errand",
  "scheduled_holiday",
  "shaving",
  "shopping",
  "skiing",
  "sleeping",
  "smoking",
  "socializing",
  "studying",
  "sunbathing",
  "swimming",
  "taking_a_bath",
  "taking_a_shower",
  "thinking",
  "walking",
  "walking_the_dog",
  "watching_a_movie",
  "watching_tv",
  "working_out",
  "writing",
};

static const ImFactField fields[] = { { "text", IM_FACT_FIELD_TEXT, 0, 0 }, { 0 } };

static GVariant *
read_activity (XmppNode *payload)
{
  GVariantBuilder value;
  const char *general;
  const char *specific = NULL;

  if (!xmpp_node_is (payload, "activity", XMPP_NS_ACTIVITY))
    return NULL;
  g_variant_builder_init (&value, G_VARIANT_TYPE_VARDICT);
  general = im_fact_find_name (payload, general_names, G_N_ELEMENTS (general_names));
  if (general != NULL)
    {
      g_variant_builder_add (&value, "{sv}", "general", g_variant_new_string (general));
      specific = im_fact_find_name (xmpp_node_find (payload, general, XMPP_NS_ACTIVITY),
                                    specific_names, G_N_ELEMENTS (specific_names));
    }
  if (specific != NULL)
    g_variant_builder_add (&value, "{sv}", "specific", g_variant_new_string (specific));
  im_fact_read (payload, fields, &value);
  return im_fact_end (&value);
}

static XmppNode *
write_activity (GVariant *value, GError **error)
{
  static const char *const others[] = { "general", "specific", NULL };
  g_autoptr (XmppNode) payload = xmpp_node_new ("activity", XMPP_NS_ACTIVITY);
  const char *general = NULL;
  const char *specific = NULL;
  XmppNode *node;

  if (g_variant_n_children (value) == 0)
    return g_steal_pointer (&payload);
  g_variant_lookup (value, "specific", "&s", &specific);
  if (!g_variant_lookup (value, "general", "&s", &general) ||
      !im_fact_is_name (general, general_names, G_N_ELEMENTS (general_names)) ||
      (specific != NULL &&
       !im_fact_is_name (specific, specific_names, G_N_ELEMENTS (specific_names))))
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "“general” and “specific” are not activities of XEP-0108");
      return NULL;
    }
  node = xmpp_node_add (payload, general, NULL);
  if (specific != NULL)
    xmpp_node_add (node, specific, NULL);
  return im_fact_write (value, fields, others, payload, error) ? g_steal_pointer (&payload) : NULL;
}

const ImModule xep_activity = {
  .name = "activity",
  .xep = 108,
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_ACTIVITY), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .fact = IM_FACT_ACTIVITY, .read = read_activity, .write = write_activity },
          { 0 },
      },
};
