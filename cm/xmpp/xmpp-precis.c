/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-precis.c: the UsernameCaseMapped and OpaqueString profiles. RFC 8264 4, 5 and 8;
 * RFC 8265 3.3 and 4.2; RFC 5892 A; RFC 5893 2
 *
 * Code points are judged by their properties, as ICU knows them, never by lists of our own. */
#include "config.h"

#include "xmpp/xmpp-precis.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "xmpp/xmpp-error.h"

/* Mapping may change what mapping would do: so often it is repeated until nothing changes. RFC 8264
 * 7 */
#define MAX_PASSES 4

/* Longer texts are refused before any work is done on them; a part of an address has at most 1023
 * bytes. */
#define MAX_TEXT_BYTES 8192

/* What RFC 8264 8 makes of a code point. */
typedef enum
{
  DISALLOWED,
  VALID,
  FREE_VALID, /* in the FreeformClass only */
  CONTEXT,
} Property;

/* A text under work: UTF-32, so that rules may look to both sides. */
typedef struct
{
  UChar32 *chars; /* (owned) */
  gint32 length;
} Text;

static void
text_clear (Text *text)
{
  g_clear_pointer (&text->chars, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Text, text_clear)

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED, message);
  return FALSE;
}

static gboolean
is_category (UChar32 c, guint32 categories)
{
  return (U_GET_GC_MASK (c) & categories) != 0;
}

/* RFC 8264 9.6 and RFC 5892 2.6. */
static gboolean
get_exception (UChar32 c, Property *property)
{
  switch (c)
    {
    case 0x00df:
    case 0x03c2:
    case 0x06fd:
    case 0x06fe:
    case 0x0f0b:
    case 0x3007:
      *property = VALID;
      return TRUE;
    case 0x00b7:
    case 0x0375:
    case 0x05f3:
    case 0x05f4:
    case 0x30fb:
      *property = CONTEXT;
      return TRUE;
    case 0x0640:
    case 0x07fa:
    case 0x302e:
    case 0x302f:
    case 0x303b:
      *property = DISALLOWED;
      return TRUE;
    default:
      if ((c >= 0x0660 && c <= 0x0669) || (c >= 0x06f0 && c <= 0x06f9))
        *property = CONTEXT;
      else if (c >= 0x3031 && c <= 0x3035)
        *property = DISALLOWED;
      else
        return FALSE;
      return TRUE;
    }
}

static gboolean
has_compat (UChar32 c)
{
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfkc = unorm2_getNFKCInstance (&status);
  UChar source[2];
  gint32 length = 0;

  U16_APPEND_UNSAFE (source, length, c);
  return !unorm2_isNormalized (nfkc, source, length, &status) || U_FAILURE (status);
}

/* RFC 8264 8, in its order. */
static Property
get_property (UChar32 c)
{
  Property property;
  gint32 hangul = u_getIntPropertyValue (c, UCHAR_HANGUL_SYLLABLE_TYPE);

  if (get_exception (c, &property))
    return property;
  if (is_category (c, U_GC_CN_MASK) && !u_hasBinaryProperty (c, UCHAR_NONCHARACTER_CODE_POINT))
    return DISALLOWED; /* unassigned */
  if (c >= 0x21 && c <= 0x7e)
    return VALID;
  if (u_hasBinaryProperty (c, UCHAR_JOIN_CONTROL))
    return CONTEXT;
  if (hangul == U_HST_LEADING_JAMO || hangul == U_HST_VOWEL_JAMO || hangul == U_HST_TRAILING_JAMO)
    return DISALLOWED;
  if (u_hasBinaryProperty (c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
      u_hasBinaryProperty (c, UCHAR_NONCHARACTER_CODE_POINT) || is_category (c, U_GC_CC_MASK))
    return DISALLOWED;
  if (has_compat (c))
    return FREE_VALID;
  if (is_category (c, U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK | U_GC_LM_MASK |
                          U_GC_MN_MASK | U_GC_MC_MASK))
    return VALID;
  if (is_category (c, U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK | U_GC_ZS_MASK |
                          U_GC_S_MASK | U_GC_P_MASK))
    return FREE_VALID;
  return DISALLOWED;
}

static gboolean
is_virama_before (const Text *text, gint32 at)
{
  return at > 0 && u_getCombiningClass (text->chars[at - 1]) == 9;
}

/* RFC 5892 A.1: does a zero width non-joiner part two letters that would join? */
static gboolean
parts_joining_letters (const Text *text, gint32 at)
{
  gint32 before = at - 1;
  gint32 after = at + 1;
  gint32 type;

  while (before >= 0 &&
         u_getIntPropertyValue (text->chars[before], UCHAR_JOINING_TYPE) == U_JT_TRANSPARENT)
    before--;
  while (after < text->length &&
         u_getIntPropertyValue (text->chars[after], UCHAR_JOINING_TYPE) == U_JT_TRANSPARENT)
    after++;
  if (before < 0 || after >= text->length)
    return FALSE;
  type = u_getIntPropertyValue (text->chars[before], UCHAR_JOINING_TYPE);
  if (type != U_JT_LEFT_JOINING && type != U_JT_DUAL_JOINING)
    return FALSE;
  type = u_getIntPropertyValue (text->chars[after], UCHAR_JOINING_TYPE);
  return type == U_JT_RIGHT_JOINING || type == U_JT_DUAL_JOINING;
}

static UScriptCode
get_script (UChar32 c)
{
  UErrorCode status = U_ZERO_ERROR;

  return uscript_getScript (c, &status);
}

static gboolean
has_range (const Text *text, UChar32 first, UChar32 last)
{
  for (gint32 i = 0; i < text->length; i++)
    if (text->chars[i] >= first && text->chars[i] <= last)
      return TRUE;
  return FALSE;
}

static gboolean
has_japanese_or_han (const Text *text)
{
  for (gint32 i = 0; i < text->length; i++)
    {
      UScriptCode script = get_script (text->chars[i]);

      if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || script == USCRIPT_HAN)
        return TRUE;
    }
  return FALSE;
}

/* RFC 5892 A: may this code point stand here? */
static gboolean
is_allowed_in_context (const Text *text, gint32 at)
{
  UChar32 c = text->chars[at];

  switch (c)
    {
    case 0x200c:
      return is_virama_before (text, at) || parts_joining_letters (text, at);
    case 0x200d:
      return is_virama_before (text, at);
    case 0x00b7:
      return at > 0 && at + 1 < text->length && text->chars[at - 1] == 'l' &&
             text->chars[at + 1] == 'l';
    case 0x0375:
      return at + 1 < text->length && get_script (text->chars[at + 1]) == USCRIPT_GREEK;
    case 0x05f3:
    case 0x05f4:
      return at > 0 && get_script (text->chars[at - 1]) == USCRIPT_HEBREW;
    case 0x30fb:
      return has_japanese_or_han (text);
    default:
      return c <= 0x0669 ? !has_range (text, 0x06f0, 0x06f9) : !has_range (text, 0x0660, 0x0669);
    }
}

static gboolean
check_class (const Text *text, gboolean freeform, GError **error)
{
  /* These rules look at the whole text: once is enough for each half of the digits and the dot. */
  gboolean digits_checked[3] = { FALSE, FALSE, FALSE };

  for (gint32 i = 0; i < text->length; i++)
    {
      UChar32 c = text->chars[i];
      Property property = get_property (c);
      int whole = c == 0x30fb                  ? 0
                  : c >= 0x0660 && c <= 0x0669 ? 1
                  : c >= 0x06f0 && c <= 0x06f9 ? 2
                                               : -1;

      if (property == DISALLOWED || (property == FREE_VALID && !freeform))
        return fail (error, "The address has a character that is not allowed.");
      if (property != CONTEXT || (whole >= 0 && digits_checked[whole]))
        continue;
      if (!is_allowed_in_context (text, i))
        return fail (error, "The address has a character that is not allowed in its place.");
      if (whole >= 0)
        digits_checked[whole] = TRUE;
    }
  return TRUE;
}

/* Directions, as masks of U_MASK (u_charDirection ()). */
enum
{
  LEFT_TO_RIGHT = U_MASK (U_LEFT_TO_RIGHT),
  RIGHT_TO_LEFT = U_MASK (U_RIGHT_TO_LEFT) | U_MASK (U_RIGHT_TO_LEFT_ARABIC),
  EUROPEAN_NUMBER = U_MASK (U_EUROPEAN_NUMBER),
  ARABIC_NUMBER = U_MASK (U_ARABIC_NUMBER),
  NUMBERS = U_MASK (U_EUROPEAN_NUMBER) | U_MASK (U_ARABIC_NUMBER),
  SEPARATORS = U_MASK (U_EUROPEAN_NUMBER_SEPARATOR) | U_MASK (U_COMMON_NUMBER_SEPARATOR),
  TERMINATORS = U_MASK (U_EUROPEAN_NUMBER_TERMINATOR) | U_MASK (U_OTHER_NEUTRAL),
  MARKS = U_MASK (U_BOUNDARY_NEUTRAL) | U_MASK (U_DIR_NON_SPACING_MARK),
  NEUTRALS = SEPARATORS | TERMINATORS | MARKS,
};

static guint32
get_direction (UChar32 c)
{
  return U_MASK (u_charDirection (c));
}

/* The Bidi rule, for a text that has right-to-left characters at all. RFC 5893 2 */
static gboolean
check_direction (const Text *text, GError **error)
{
  guint32 seen = 0;
  guint32 first, last;
  gint32 end = text->length;
  gboolean rtl;

  for (gint32 i = 0; i < text->length; i++)
    seen |= get_direction (text->chars[i]);
  if ((seen & (RIGHT_TO_LEFT | ARABIC_NUMBER)) == 0)
    return TRUE;
  first = get_direction (text->chars[0]);
  while (end > 1 && u_charDirection (text->chars[end - 1]) == U_DIR_NON_SPACING_MARK)
    end--;
  last = get_direction (text->chars[end - 1]);
  rtl = (first & RIGHT_TO_LEFT) != 0;
  if (rtl && (seen & ~(RIGHT_TO_LEFT | NUMBERS | NEUTRALS)) == 0 &&
      (last & (RIGHT_TO_LEFT | NUMBERS)) != 0 && (seen & NUMBERS) != NUMBERS)
    return TRUE;
  if ((first & LEFT_TO_RIGHT) != 0 && (seen & ~(LEFT_TO_RIGHT | EUROPEAN_NUMBER | NEUTRALS)) == 0 &&
      (last & (LEFT_TO_RIGHT | EUROPEAN_NUMBER)) != 0)
    return TRUE;
  return fail (error, "The address mixes directions of writing.");
}

/* Fullwidth and halfwidth forms become what they stand for. RFC 8264 5.2.1 */
static UChar *
map_width (const UChar *from, gint32 length, gint32 *out_length)
{
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfkc = unorm2_getNFKCInstance (&status);
  GArray *out = g_array_sized_new (TRUE, FALSE, sizeof (UChar), length);

  for (gint32 i = 0; i < length;)
    {
      gint32 start = i;
      UChar mapped[32];
      gint32 mapped_length = -1;
      UChar32 c;
      gint32 type;

      U16_NEXT (from, i, length, c);
      type = u_getIntPropertyValue (c, UCHAR_DECOMPOSITION_TYPE);
      if (type == U_DT_WIDE || type == U_DT_NARROW)
        mapped_length =
            unorm2_getRawDecomposition (nfkc, c, mapped, G_N_ELEMENTS (mapped), &status);
      if (mapped_length > 0 && U_SUCCESS (status))
        g_array_append_vals (out, mapped, mapped_length);
      else
        g_array_append_vals (out, from + start, i - start);
    }
  *out_length = out->len;
  return (UChar *) g_array_free (out, FALSE);
}

static void
map_spaces (UChar *text, gint32 length)
{
  /* All of category Zs are in the first plane. RFC 8265 4.2.2 */
  for (gint32 i = 0; i < length; i++)
    if (text[i] >= 0x80 && u_charType (text[i]) == U_SPACE_SEPARATOR)
      text[i] = ' ';
}

static UChar *
map_case (const UChar *from, gint32 length, gint32 *out_length)
{
  UErrorCode status = U_ZERO_ERROR;
  gint32 room = length * 3 + 1; /* no lower case form of a code unit is longer */
  UChar *out = g_new (UChar, room);

  *out_length = u_strToLower (out, room, from, length, "", &status);
  if (U_FAILURE (status))
    g_clear_pointer (&out, g_free);
  return out;
}

static UChar *
map_nfc (const UChar *from, gint32 length, gint32 *out_length)
{
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance (&status);
  gint32 room = length * 3 + 1; /* NFC at most triples UTF-16 */
  UChar *out = g_new (UChar, room);

  *out_length = unorm2_normalize (nfc, from, length, out, room, &status);
  if (U_FAILURE (status))
    g_clear_pointer (&out, g_free);
  return out;
}

/* One pass of the mapping rules of a profile. */
static UChar *
map_once (const UChar *from, gint32 length, gboolean freeform, gint32 *out_length)
{
  g_autofree UChar *first = NULL;
  g_autofree UChar *second = NULL;

  if (freeform)
    {
      second = g_memdup2 (from, length * sizeof (UChar));
      map_spaces (second, length);
      *out_length = length;
    }
  else
    {
      first = map_width (from, length, out_length);
      second = map_case (first, *out_length, out_length);
    }
  return second != NULL || length == 0 ? map_nfc (second, *out_length, out_length) : NULL;
}

/* Maps until nothing changes any more. */
static char *
map_stable (const char *text, gboolean freeform, Text *out, GError **error)
{
  glong length = 0;
  g_autofree UChar *current = NULL;
  g_autofree char *mapped = NULL;
  glong n_chars = 0;

  if (strlen (text) > MAX_TEXT_BYTES)
    return fail (error, "The address is too long."), NULL;
  if (!g_utf8_validate (text, -1, NULL))
    return fail (error, "The address is not UTF-8."), NULL;
  current = g_utf8_to_utf16 (text, -1, NULL, &length, NULL);
  for (guint pass = 0; pass < MAX_PASSES && current != NULL; pass++)
    {
      gint32 next_length = 0;
      UChar *next = map_once (current, length, freeform, &next_length);
      gboolean stable = next != NULL && next_length == length &&
                        memcmp (next, current, length * sizeof (UChar)) == 0;

      g_free (current);
      current = next;
      length = next_length;
      if (stable)
        {
          mapped = g_utf16_to_utf8 (current, length, NULL, NULL, NULL);
          break;
        }
    }
  if (mapped == NULL)
    return fail (error, "The address has no stable form."), NULL;
  if (out != NULL)
    {
      out->chars = (UChar32 *) g_utf8_to_ucs4_fast (mapped, -1, &n_chars);
      out->length = n_chars;
    }
  return g_steal_pointer (&mapped);
}

/* Puts a local part into its form.
 * Returns: (transfer full) (nullable): not empty.
 * Errors: XMPP_ERROR_JID_MALFORMED.
 * Spec: RFC 8265 3.3 (UsernameCaseMapped). Any thread. */
char *
xmpp_precis_username (const char *text, GError **error)
{
  g_auto (Text) chars = { NULL, 0 };
  g_autofree char *mapped = map_stable (text, FALSE, &chars, error);

  if (mapped == NULL)
    return NULL;
  if (chars.length == 0)
    return fail (error, "The part before “@” is empty."), NULL;
  if (!check_direction (&chars, error) || !check_class (&chars, FALSE, error))
    return NULL;
  return g_steal_pointer (&mapped);
}

/* Puts a resource or a password into its form.
 * Returns: (transfer full) (nullable): not empty.
 * Errors: XMPP_ERROR_JID_MALFORMED.
 * Spec: RFC 8265 4.2 (OpaqueString). Any thread. */
char *
xmpp_precis_opaque (const char *text, GError **error)
{
  g_auto (Text) chars = { NULL, 0 };
  g_autofree char *mapped = map_stable (text, TRUE, &chars, error);

  if (mapped == NULL)
    return NULL;
  if (chars.length == 0)
    return fail (error, "The part after “/” is empty."), NULL;
  if (!check_class (&chars, TRUE, error))
    return NULL;
  return g_steal_pointer (&mapped);
}

/* Maps a domain; whether it is one, IDNA must say.
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_ERROR_JID_MALFORMED. */
char *
xmpp_precis_map_domain (const char *text, GError **error)
{
  return map_stable (text, FALSE, NULL, error);
}
