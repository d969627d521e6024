/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-scram.c: any two messages of a server that wants a password proved. Only one that knows the
 * password itself is believed. RFC 5802, XEP-0474; row C13 of hostile input
 *
 * The first byte says which hash and which offer; then one message a line. */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "xmpp/xmpp-scram.h"

#define NONCE "fyko+d2lbbFgONRv9qkxdawL"
/* What our corpora hold that was made with the password. */
static const char *const genuine[] = {
  "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
};

/* More rounds are allowed, and would only take time here. */
static gboolean
is_slow (const char *message)
{
  const char *iterations = strstr (message, "i=");

  for (; iterations != NULL; iterations = strstr (iterations + 1, "i="))
    if (g_ascii_strtoull (iterations + 2, NULL, 10) > 4200)
      return TRUE;
  return FALSE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = size > 1 ? g_strndup ((const char *) data + 1, size - 1) : NULL;
  g_autoptr (XmppScram) scram = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *final = NULL;

  if (text == NULL || is_slow (text))
    return 0;
  lines = g_strsplit (text, "\n", 3);
  scram = xmpp_scram_new (data[0] % 3, "user", "pencil", NONCE, NULL);
  if ((data[0] & 0x10) != 0)
    xmpp_scram_expect_offer (scram, "SCRAM-SHA-1,SCRAM-SHA-256", (data[0] & 0x20) != 0);
  xmpp_scram_get_client_first (scram);
  final = xmpp_scram_dup_client_final (scram, lines[0] != NULL ? lines[0] : "", NULL);
  if (final != NULL)
    {
      g_assert_true (g_str_has_prefix (lines[0], "r=" NONCE));
      g_assert_nonnull (strstr (final, ",p="));
    }
  if (lines[0] != NULL && lines[1] != NULL && xmpp_scram_verify (scram, lines[1], NULL))
    {
      g_assert_nonnull (final);
      g_assert_true (g_str_has_prefix (lines[1], genuine[0]));
    }
  return 0;
}
