/** Where on the earth, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The place a link to a map shows, for the makers of maps whose addresses are known; `undefined` for all others. */
export function placeOf(href: string): Place | undefined {
  const geo = /^geo:([^,;?]+),([^,;?]+)/iu.exec(href);
  if (geo) return checked(geo[1], geo[2]);
  const url = URL.parse(href, "https://maps.google.com/");
  if (!url) return undefined;
  const given = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => url.searchParams.getAll(name));
  const host = url.hostname.toLowerCase();
  if (/(?:^|\.)openstreetmap\.org$/u.test(host)) {
    const [, latitude, longitude] = /[#&]map=[\d.]+\/([^/]+)\/([^/&]+)/u.exec(url.hash) ?? [];
    return (
      checked(url.searchParams.get("mlat"), url.searchParams.get("mlon")) ??
      checked(latitude, longitude)
    );
  }
  // Yandex and 2GIS name the longitude first.
  if (/(?:^|\.)(?:yandex|ya)\.[a-z.]+$/u.test(host))
    return firstPair(given(["pt", "whatshere[point]", "ll"]), (a, b) => checked(b, a));
  if (/(?:^|\.)2gis\.[a-z]+$/u.test(host))
    return firstPair([...given(["m"]), url.pathname.split("/").at(-1) ?? ""], (a, b) =>
      checked(b, a),
    );
  if (!/(?:^|\.)(?:google\.[a-z.]+|apple\.com|waze\.com|bing\.com)$/u.test(host)) return undefined;
  const at = /\/@([^/]+)/u.exec(url.pathname)?.[1] ?? "";
  return firstPair([...given(["q", "query", "ll", "center", "daddr", "cp"]), at], checked);
}

function firstPair(
  shown: readonly string[],
  read: (a: string | undefined, b: string | undefined) => Place | undefined,
): Place | undefined {
  for (const each of shown) {
    const pair = /^(?:loc:)?\s*(-?\d+(?:\.\d+)?)\s*[,~]\s*(-?\d+(?:\.\d+)?)/u.exec(
      plainCommas(each),
    );
    const place = pair ? read(pair[1], pair[2]) : undefined;
    if (place) return place;
  }
  return undefined;
}

function plainCommas(shown: string): string {
  return shown.replaceAll(/%2C/giu, ",").replaceAll(/%7E/giu, "~");
}

function checked(
  latitude: string | null | undefined,
  longitude: string | null | undefined,
): Place | undefined {
  if (!latitude || !longitude) return undefined;
  const place = { latitude: Number(latitude), longitude: Number(longitude) };
  const isOnEarth = Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180;
  return isOnEarth ? place : undefined;
}
