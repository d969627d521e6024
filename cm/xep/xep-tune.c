/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-tune.c: what somebody is listening to. XEP-0118 */

#include "im/im-contact.h"
#include "im/im-fact.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* 2.1; the length is in seconds */
static const ImFactField fields[] = {
  { "artist", IM_FACT_FIELD_TEXT, 0, 0 },
  { "length", IM_FACT_FIELD_NUMBER, 0, 65535 },
  { "rating", IM_FACT_FIELD_NUMBER, 1, 10 },
  { "source", IM_FACT_FIELD_TEXT, 0, 0 },
  { "title", IM_FACT_FIELD_TEXT, 0, 0 },
  { "track", IM_FACT_FIELD_TEXT, 0, 0 },
  { "uri", IM_FACT_FIELD_TEXT, 0, 0 },
  { 0 },
};

static GVariant *
read_tune (XmppNode *payload)
{
  GVariantBuilder value;

  if (!xmpp_node_is (payload, "tune", XMPP_NS_TUNE))
    return NULL;
  g_variant_builder_init (&value, G_VARIANT_TYPE_VARDICT);
  im_fact_read (payload, fields, &value);
  return im_fact_end (&value);
}

static XmppNode *
write_tune (GVariant *value, GError **error)
{
  g_autoptr (XmppNode) payload = xmpp_node_new ("tune", XMPP_NS_TUNE);

  return im_fact_write (value, fields, NULL, payload, error) ? g_steal_pointer (&payload) : NULL;
}

const ImModule xep_tune = {
  .name = "tune",
  .xep = 118,
  .pep =
      (const ImPepNode[]){
          { IM_PEP_NODE (XMPP_NS_TUNE), .from = XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT,
            .fact = IM_FACT_TUNE, .read = read_tune, .write = write_tune },
          { 0 },
      },
};
