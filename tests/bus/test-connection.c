/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-connection.c: Connection: its status, its handles, its end. Telepathy 0.27.4 Connection */
#include "fixture.h"

static void
test_a_new_connection_is_disconnected (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);
  g_autoptr (GVariant) status = fixture_call (f, path, CONNECTION, "GetStatus", NULL);
  g_autoptr (GVariant) interfaces = fixture_call (f, path, CONNECTION, "GetInterfaces", NULL);
  g_autoptr (GVariant) listed = fixture_get (f, path, CONNECTION, "Interfaces");
  g_autoptr (GVariant) inner = g_variant_get_child_value (interfaces, 0);
  g_autoptr (GVariant) immortal = fixture_get (f, path, CONNECTION, "HasImmortalHandles");

  assert_variant (status, "(2,)");
  g_assert_true (g_variant_equal (inner, listed));
  assert_variant (immortal, "true");
  fixture_refuse (f, path, CONNECTION, "GetSelfHandle", NULL, "Disconnected");
  fixture_refuse (f, path, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(1, ['bob@example.org'])"), "Disconnected");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/connection/a-new-one-is-disconnected", test_a_new_connection_is_disconnected);
  return g_test_run ();
}
