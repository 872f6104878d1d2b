/** Line icons on a 20-unit square, drawn for Basin. */
const PATHS = {
  play: 'M6 3.8v12.4l10-6.2z',
  pause: 'M6.5 4v12M13.5 4v12',
  step: 'M5 4.2v11.6l7.5-5.8zM15.5 4v12',
  reset: 'M4.2 10a5.8 5.8 0 1 0 1.9-4.3M4.2 3.4v3.4h3.4',
  share: 'M10 12V3.2M6.6 6.2 10 3l3.4 3.2M4.5 10v6.5h11V10',
  download: 'M10 3v9.2M6.4 9 10 12.4 13.6 9M4 16.5h12',
  type: 'M2.5 15.5 6.2 5.5h.6l3.7 10M3.8 12h5.4M12 15.5l2.4-6.5h.5l2.4 6.5M12.9 13.2h3.5',
  sun: 'M10 6.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2M10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2',
  moon: 'M15.8 12.4A6.6 6.6 0 0 1 7.6 4.2a6.6 6.6 0 1 0 8.2 8.2',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  help: 'M7.4 7.6a2.6 2.6 0 1 1 3.8 2.3c-.8.5-1.2 1-1.2 2M10 14.6v.2',
  expand: 'M11.5 3.5h5v5M16.5 3.5 11 9M8.5 16.5h-5v-5M3.5 16.5 9 11',
  shrink: 'M16 9h-5V4M11 9l5.5-5.5M4 11h5v5M9 11l-5.5 5.5',
  down: 'M5.5 8 10 12.5 14.5 8',
  left: 'M12 5.5 7.5 10 12 14.5',
  right: 'M8 5.5 12.5 10 8 14.5',
  plus: 'M10 4.5v11M4.5 10h11',
  copy: 'M7.5 7.5h8v9h-8zM12.5 7.2V4h-8v9h2.7',
  bin: 'M4.5 6h11M8 6V4h4v2M6 6l.6 10.5h6.8L14 6',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  dice: 'M4 4h12v12H4zM7.5 7.5v.1M12.5 7.5v.1M10 10v.1M7.5 12.5v.1M12.5 12.5v.1',
  table: 'M3.5 5h13v10.5h-13zM3.5 8.5h13M8 5v10.5',
  dots: 'M4.4 10a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0M9.4 10a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0M14.4 10a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0',
  notes: 'M3.5 4h13v12h-13zM12 4v12',
  info: 'M10 3.2a6.8 6.8 0 1 1 0 13.6 6.8 6.8 0 0 1 0-13.6M10 9.2v4.2M10 6.6v.1',
  sliders: 'M4 6h6M14 6h2M12 4.2v3.6M4 14h2M10 14h6M8 12.2v3.6',
  curve: 'M3.5 4v12.5H17M5.5 6c1.5 6 4 7.6 11 8',
  contour:
    'M10 4.2c4 0 6.8 2.2 6.8 5.4s-3 6.2-7 6.2-6.6-2.4-6.6-5.6S6 4.2 10 4.2M10.4 7.6c1.8 0 3 .9 3 2.3s-1.4 2.7-3.2 2.7-3-1-3-2.4 1.4-2.6 3.2-2.6',
  split: 'M3.5 4h13v12h-13zM7 16c0-5 6-5.5 6.5-12',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({name, size = 18}: {readonly name: IconName; readonly size?: number}) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden="true"
      data-solid={name === 'play' || undefined}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: level lines around a minimum. */
export function Mark() {
  return (
    <svg className="mark" width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 3c8 0 13 4.500 13 12s-6 14-14 14S3 23.500 3 16 8 3 16 3" />
      <path d="M16.500 9c5 0 8 2.800 8 7s-3.800 8-8.500 8-8-3-8-7.200S11.500 9 16.500 9" />
      <circle cx="16.500" cy="16.600" r="2.600" />
    </svg>
  );
}
