#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""avatar-colors.py: prints a C table of one colour for each degree of hue.

The angle of XEP-0392 is a hue of HSLuv; saturation 75 and lightness 48 give every hue 4.5:1 under
white letters. The program looks the colour up, so it needs no colour library.
"""

import math

SATURATION = 75
LIGHTNESS = 48

# CIE 1931, D65, and the matrix from XYZ to linear sRGB.
MATRIX = ((3.240969941904521, -1.537383177570093, -0.498610760293),
          (-0.96924363628087, 1.87596750150772, 0.041555057407175),
          (0.055630079696993, -0.20397695888897, 1.056971514242878))
REF_U, REF_V = 0.19783000664283, 0.46831999493879
KAPPA, EPSILON = 903.2962962962963, 0.0088564516790356


def bounds(lightness):
    """The six lines that bound sRGB in the plane of chroma at this lightness: slope, intercept."""
    third = (lightness + 16) ** 3 / 1560896
    scaled = third if third > EPSILON else lightness / KAPPA
    for first, second, last in MATRIX:
        for edge in (0, 1):
            top1 = (284517 * first - 94839 * last) * scaled
            top2 = ((838422 * last + 769860 * second + 731718 * first) * lightness * scaled
                    - 769860 * edge * lightness)
            bottom = (632260 * last - 126452 * second) * scaled + 126452 * edge
            yield top1 / bottom, top2 / bottom


def max_chroma(lightness, hue):
    angle = math.radians(hue)
    lengths = (intercept / (math.sin(angle) - slope * math.cos(angle)) for slope, intercept in bounds(lightness))
    return min(length for length in lengths if length >= 0)


def to_rgb(hue, saturation, lightness):
    chroma = max_chroma(lightness, hue) * saturation / 100
    u = chroma * math.cos(math.radians(hue)) / (13 * lightness) + REF_U
    v = chroma * math.sin(math.radians(hue)) / (13 * lightness) + REF_V
    y = ((lightness + 16) / 116) ** 3 if lightness > 8 else lightness / KAPPA
    x = 9 * y * u / (4 * v)
    z = (9 * y - 15 * v * y - v * x) / (3 * v)
    for row in MATRIX:
        linear = sum(factor * part for factor, part in zip(row, (x, y, z)))
        value = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
        yield round(255 * min(max(value, 0), 1))


def main():
    print("/* Made by avatar-colors.py. */")
    print("static const guint32 avatar_colors[360] = {")
    for hue in range(360):
        red, green, blue = to_rgb(hue, SATURATION, LIGHTNESS)
        print("  0x%02x%02x%02x," % (red, green, blue))
    print("};")


if __name__ == "__main__":
    main()
