/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-parser-costs.c: what the worst stanzas cost, in time however they come, and in memory. Rows
 * A14 to A19 and A27 of hostile input */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-parser.h"

#define HEADER                                                                                     \
  "<stream:stream from='ex' version='1.0' xmlns='jabber:client' xmlns:stream='" XMPP_NS_STREAM "'" \
  ">"
#define LIMIT (1024 * 1024)
#define N_FRESH 100000
#ifdef __SANITIZE_ADDRESS__
#define MAX_BYTE_US 2.0
#else
#define MAX_BYTE_US 0.2
#endif

/* Shapes of stanzas that are as long as is allowed, and cost the most for it. */
static char *
make_text (void)
{
  g_autofree char *text = g_strnfill (LIMIT - 200, 'x');

  return g_strconcat ("<message from='a@ex'><body>", text, "</body></message>", NULL);
}

static char *
make_references (void)
{
  GString *xml = g_string_new ("<message from='a@ex'><body>");

  while (xml->len < LIMIT - 100)
    g_string_append (xml, "&amp;&#x41;<![CDATA[]]>");
  return g_string_free (g_string_append (xml, "</body></message>"), FALSE);
}

static char *
make_elements (void)
{
  GString *xml = g_string_new ("<message from='a@ex'>");

  for (guint i = 0; i < 9900 && xml->len < LIMIT - 100; i++)
    g_string_append_printf (xml, "<e%u xmlns='urn:n%u' a='1' b='2' c='3'>t</e%u>", i, i, i);
  return g_string_free (g_string_append (xml, "</message>"), FALSE);
}

static char *
make_depths (void)
{
  GString *xml = g_string_new ("<message from='a@ex'>");

  for (guint round = 0; round < 150; round++)
    {
      for (guint i = 0; i < 60; i++)
        g_string_append (xml, "<a>x");
      for (guint i = 0; i < 60; i++)
        g_string_append (xml, "</a>y");
    }
  return g_string_free (g_string_append (xml, "</message>"), FALSE);
}

static char *
make_attributes (void)
{
  GString *xml = g_string_new ("<message from='a@ex'>");

  for (guint element = 0; element < 630; element++)
    {
      g_string_append (xml, "<e");
      for (guint i = 0; i < 60; i++)
        g_string_append_printf (xml, " attribute%u='&lt;xxxxx'", i);
      g_string_append (xml, "/>");
    }
  return g_string_free (g_string_append (xml, "</message>"), FALSE);
}

typedef struct
{
  const char *name;
  char *(*make) (void);
} Shape;

static const Shape shapes[] = {
  { "text", make_text },
  { "references", make_references },
  { "elements", make_elements },
  { "depths", make_depths },
  { "attributes", make_attributes },
};

static void
parse (const char *xml, size_t step)
{
  g_autoptr (XmppParser) parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (XmppNode) header = NULL;
  g_autoptr (XmppNode) stanza = NULL;
  g_autoptr (GError) error = NULL;
  size_t length = strlen (xml);

  xmpp_parser_feed (parser, HEADER, strlen (HEADER), &error);
  g_assert_no_error (error);
  g_assert_cmpint (xmpp_parser_next (parser, &header), ==, XMPP_PARSER_EVENT_OPENED);
  for (size_t at = 0; at < length; at += step)
    {
      xmpp_parser_feed (parser, xml + at, MIN (step, length - at), &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (xmpp_parser_next (parser, &stanza), ==, XMPP_PARSER_EVENT_STANZA);
}

static double
measure_ms (const char *xml, size_t step)
{
  struct timespec from, to;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &from);
  parse (xml, step);
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &to);
  return (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6;
}

/* A27. Plain text costs next to nothing when it comes in reads; then a byte has its own price. */
static void
test_time (gconstpointer data)
{
  g_autofree char *xml = ((const Shape *) data)->make ();
  double reads_ms = measure_ms (xml, 16384);
  double bytes_ms = measure_ms (xml, 1);

  g_test_message ("%" G_GSIZE_FORMAT " bytes: %.1f ms in reads, %.1f ms byte by byte", strlen (xml),
                  reads_ms, bytes_ms);
  g_assert_cmpfloat (bytes_ms, <, MAX (10 * reads_ms, strlen (xml) * MAX_BYTE_US / 1e3));
}

static long
read_peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *peak;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  peak = strstr (status, "VmHWM:");
  g_assert_nonnull (peak);
  return strtol (peak + strlen ("VmHWM:"), NULL, 10);
}

/* What a run of `func` takes at its peak, in a process of its own: a peak is there for good. */
static void
assert_peak (void (*func) (const char *xml), const char *xml, long max_kib)
{
  pid_t child;
  int status;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("a sanitizer takes memory of its own");
  return;
#endif
  child = fork ();
  if (child == 0)
    {
      long before_kib, taken_kib;

      parse ("<message from='a@ex'/>", 100);
      malloc_trim (0);
      before_kib = read_peak_kib ();
      func (xml);
      taken_kib = read_peak_kib () - before_kib;
      g_printerr ("# %ld KiB\n", taken_kib);
      _exit (taken_kib <= max_kib ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
parse_in_reads (const char *xml)
{
  parse (xml, 16384);
}

/* The buffers, what libxml2 has and the tree, all together. */
static void
test_memory (gconstpointer data)
{
  g_autofree char *xml = ((const Shape *) data)->make ();

  assert_peak (parse_in_reads, xml, 3 * LIMIT / 1024);
}

/* A19: names that others chose are forgotten. */
static void
parse_fresh_names (const char *unused)
{
  g_autoptr (XmppParser) parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (XmppNode) header = NULL;

  xmpp_parser_feed (parser, HEADER, strlen (HEADER), NULL);
  g_assert_cmpint (xmpp_parser_next (parser, &header), ==, XMPP_PARSER_EVENT_OPENED);
  for (guint i = 0; i < N_FRESH; i++)
    {
      g_autofree char *xml =
          g_strdup_printf ("<message from='a@ex'><element%u xmlns='urn:namespace:%u' "
                           "attribute%u='x'/></message>",
                           i, i, i);
      g_autoptr (XmppNode) stanza = NULL;

      g_assert_true (xmpp_parser_feed (parser, xml, strlen (xml), NULL));
      g_assert_cmpint (xmpp_parser_next (parser, &stanza), ==, XMPP_PARSER_EVENT_STANZA);
    }
}

static void
test_names_are_forgotten (void)
{
  assert_peak (parse_fresh_names, NULL, 2048);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *time_path = g_strconcat ("/xmpp/parser/time/", shapes[i].name, NULL);
      g_autofree char *memory_path = g_strconcat ("/xmpp/parser/memory/", shapes[i].name, NULL);

      g_test_add_data_func (memory_path, &shapes[i], test_memory);
      g_test_add_data_func (time_path, &shapes[i], test_time);
    }
  g_test_add_func ("/xmpp/parser/memory/names-are-forgotten", test_names_are_forgotten);
  return g_test_run ();
}
