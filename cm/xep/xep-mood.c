/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-mood.c: how somebody feels. XEP-0107 */

#include "im/im-contact.h"
#include "im/im-fact.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* 3, sorted */
static const char *const moods[] = {
  "afraid",
  "amazed",
  "amorous",
  "angry",
  "annoyed",
  "anxious",
  "aroused",
  "ashamed",
  "bored",
  "brave",
  "calm",
  "cautious",
  "cold",
  "confident",
  "confused",
  "contemplative",
  "contented",
  "cranky",
  "crazy",
  "creative",
  "curious",
  "dejected",
  "depressed",
  "disappointed",
  "disgusted",
  "dismayed",
  "distracted",
  "embarrassed",
  "envious",
  "excited",
  "flirtatious",
  "frustrated",
  "grateful",
  "grieving",
  "grumpy",
  "guilty",
  "happy",
  "hopeful",
  "hot",
  "humbled",
  "humiliated",
  "hungry",
  "hurt",
  "impressed",
  "in_awe",
  "in_love",
  "indignant",
  "interested",
  "intoxicated",
  "invincible",
  "jealous",
  "lonely",
  "lost",
  "lucky",
  "mean",
  "moody",
  "nervous",
  "neutral",
  "offended",
  "outraged",
  "playful",
  "proud",
  "relaxed",
  "relieved",
  "remorseful",
  "restless",
  "sad",
  "sarcastic",
  "satisfied",
  "serious",
  "shocked",
  "shy",
  "sick",
  "sleepy",
  "spontaneous",
  "stressed",
  "strong",
  "surprised",
  "thankful",
  "thirsty",
  "tired",
  "undefined",
  "weak",
  "worried",
};

static const ImFactField fields[] = { { "text", IM_FACT_FIELD_TEXT, 0, 0 }, { 0 } };

/* A mood that is not known is none; its text stays. */
static GVariant *
read_mood (XmppNode *payload)
{
  GVariantBuilder value;
  const char *mood;

  if (!xmpp_node_is (payload, "mood", XMPP_NS_MOOD))
    return NULL;
  g_variant_builder_init (&value, G_VARIANT_TYPE_VARDICT);
  mood = im_fact_find_name (payload, moods, G_N_ELEMENTS (moods));
  if (mood != NULL)
    g_variant_builder_add (&value, "{sv}", "mood", g_variant_new_string (mood));
  im_fact_read (payload, fields, &value);
  return im_fact_end (&value);
}

static XmppNode *
write_mood (GVariant *value, GError **error)
{
  static const char *const others[] = { "mood", NULL };
  g_autoptr (XmppNode) payload = xmpp_node_new ("mood", XMPP_NS_MOOD);
  const char *mood = NULL;

  if (g_variant_n_children (value) == 0)
    return g_steal_pointer (&payload);
  if (!g_variant_lookup (value, "mood", "&s", &mood) ||
      !im_fact_is_name (mood, moods, G_N_ELEMENTS (moods)))
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "“mood” is not one of the moods of XEP-0107");
      return NULL;
    }
  xmpp_node_add (payload, mood, NULL);
  return im_fact_write (value, fields, others, payload, error) ? g_steal_pointer (&payload) : NULL;
}

const ImModule xep_mood = {
  .name = "mood",
  .xep = 107,
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_MOOD), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .fact = IM_FACT_MOOD, .read = read_mood, .write = write_mood },
          { 0 },
      },
};
