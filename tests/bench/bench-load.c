/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-load.c: typical stanzas by the megabyte from another process, and what it costs to take
 * them
 */
#include "config.h"

#include "bench-load.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_BYTES (1024 * 1024)
#define N_RUNS 3
#define HEADER                                                                            \
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " \
  "from='example.com' id='s' version='1.0'>"

typedef struct
{
  gnutls_certificate_credentials_t
      credentials; /* (owned) (nullable) of the TLS that it is said in */
  gnutls_session_t tls; /* (owned) (nullable) */
  GString *block; /* (owned) of whole stanzas */
  guint n_in_block;
  guint n_blocks;
} Load;

double
bench_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* What a contact list and some conversations bring: messages with what clients put into them now,
 * presence with capabilities. */
static void
make_load (Load *self, guint megabytes)
{
  self->block = g_string_sized_new (BLOCK_BYTES);
  while (self->block->len < BLOCK_BYTES - 1024)
    {
      guint i = self->n_in_block++;

      if (i % 2 == 0)
        g_string_append_printf (
            self->block,
            "<message from='contact%u@example.com/phone.%u' to='" BENCH_WHO
            "' type='chat' id='m%08x'>"
            "<body>Good night, good night! Parting is such sweet sorrow &amp; so on (%u)</body>"
            "<active xmlns='http://jabber.org/protocol/chatstates'/></message>",
            i % 500, i % 3, i * 2654435761u, i);
      else
        g_string_append_printf (
            self->block,
            "<presence from='contact%u@example.com/desk' to='" BENCH_WHO "'><show>away</show>"
            "<priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
            "node='https://example.com/client' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
            i % 500);
    }
  self->n_blocks = MAX (1, megabytes * 1024 * 1024 / self->block->len);
}

/* A key and a certificate of its own; nobody here looks at it. */
static gnutls_certificate_credentials_t
make_credentials (void)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gboolean ok;

  ok = gnutls_x509_privkey_init (&key) == 0 && gnutls_x509_crt_init (&certificate) == 0 &&
       gnutls_certificate_allocate_credentials (&credentials) == 0 &&
       gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                     GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0) == 0 &&
       gnutls_x509_crt_set_version (certificate, 3) == 0 &&
       gnutls_x509_crt_set_serial (certificate, "\1", 1) == 0 &&
       gnutls_x509_crt_set_dn (certificate, "CN=example.com", NULL) == 0 &&
       gnutls_x509_crt_set_activation_time (certificate, time (NULL) - 60) == 0 &&
       gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + 3600) == 0 &&
       gnutls_x509_crt_set_key (certificate, key) == 0 &&
       gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0) == 0 &&
       gnutls_certificate_set_x509_key (credentials, &certificate, 1, key) == 0;
  if (!ok)
    g_error ("no certificate could be made");
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
  return credentials;
}

static void
begin_tls (Load *load, int fd)
{
  if (gnutls_init (&load->tls, GNUTLS_SERVER | GNUTLS_NO_TICKETS) != 0 ||
      gnutls_set_default_priority (load->tls) != 0 ||
      gnutls_credentials_set (load->tls, GNUTLS_CRD_CERTIFICATE, load->credentials) != 0)
    _exit (1);
  gnutls_transport_set_int (load->tls, fd);
  if (gnutls_handshake (load->tls) != 0)
    _exit (1);
}

static void
write_all (Load *load, int fd, const char *data, size_t length)
{
  while (length > 0)
    {
      ssize_t written = load->tls != NULL ? gnutls_record_send (load->tls, data, length)
                                          : write (fd, data, length);

      if (written < 0)
        _exit (1);
      data += written;
      length -= written;
    }
}

/* The other process. */
static void G_GNUC_NORETURN
serve (int listener, Load *load)
{
  int fd = accept (listener, NULL, NULL);

  if (load->credentials != NULL)
    begin_tls (load, fd);
  write_all (load, fd, HEADER, strlen (HEADER));
  for (guint i = 0; i < load->n_blocks; i++)
    write_all (load, fd, load->block->str, load->block->len);
  if (load->tls != NULL)
    gnutls_bye (load->tls, GNUTLS_SHUT_WR);
  shutdown (fd, SHUT_WR);
  /* Until all was read. */
  for (char byte; read (fd, &byte, 1) > 0;)
    ;
  _exit (0);
}

static double
run_leg (BenchLeg leg, Load *load)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  guint n_told = 0;
  double spent_us;
  pid_t child;

  if (bind (listener, (struct sockaddr *) &address, sizeof address) != 0 ||
      listen (listener, 1) != 0 ||
      getsockname (listener, (struct sockaddr *) &address, &length) != 0)
    g_error ("no port on loopback");
  child = fork ();
  if (child == 0)
    serve (listener, load);
  close (listener);
  spent_us = leg (&address, &n_told);
  waitpid (child, NULL, 0);
  if (n_told != load->n_blocks * load->n_in_block)
    g_error ("told of %u stanzas, not of %u", n_told, load->n_blocks * load->n_in_block);
  return spent_us / n_told;
}

static int
compare (const void *a, const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

double
bench_measure (const char *name, BenchLeg leg, gboolean in_tls, guint megabytes)
{
  double each_us[N_RUNS];
  Load load = { 0 };
  size_t stanza_bytes;

  make_load (&load, megabytes);
  if (in_tls)
    load.credentials = make_credentials ();
  stanza_bytes = load.block->len / load.n_in_block;
  for (guint i = 0; i < N_RUNS; i++)
    each_us[i] = run_leg (leg, &load);
  g_string_free (load.block, TRUE);
  g_clear_pointer (&load.credentials, gnutls_certificate_free_credentials);
  qsort (each_us, N_RUNS, sizeof each_us[0], compare);
  g_print ("%-32s %6.2f µs a stanza of %" G_GSIZE_FORMAT " bytes\n", name, each_us[N_RUNS / 2],
           stanza_bytes);
  return each_us[N_RUNS / 2];
}
