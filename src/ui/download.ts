/** "Two moons: four ways down" as "basin-two-moons-four-ways-down.png". */
export const fileNameOf = (title: string, otherwise: string, extension: string): string =>
  `basin-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || otherwise}.${extension}`;

/** Hands a file to the reader. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers still read the blob after the click has returned.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
