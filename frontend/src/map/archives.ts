// PMTiles archives read past the browser's own cache.
import { FetchSource, PMTiles, Protocol } from "pmtiles";

/**
 * Chromium keeps one lock per address in its cache: ranges of one archive wait for each other there (up to 20 s),
 * and one given up makes the next fail with "Failed to fetch". The map holds its tiles in memory anyway.
 */
class Archives extends Map<string, PMTiles> {
  override get(url: string): PMTiles {
    const known = super.get(url);
    if (known) return known;
    const source = new FetchSource(url);
    source.chromeWindowsNoCache = true;
    const archive = new PMTiles(source);
    this.set(url, archive);
    return archive;
  }
}

/** The protocol `pmtiles://` for the map. */
export function archives(): Protocol {
  const protocol = new Protocol();
  protocol.tiles = new Archives();
  return protocol;
}
