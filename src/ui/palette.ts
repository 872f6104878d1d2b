import {useComputedColorScheme} from '@mantine/core';
import type {Colour} from '../core/experiment.ts';

type Rgb = readonly [number, number, number];

/** Everything that is drawn on canvas or in SVG takes its colours from here; CSS has its own variables in theme.css. */
export interface Ink {
  readonly scheme: 'light' | 'dark';
  readonly contestants: Readonly<Record<Colour, string>>;
  readonly paper: string;
  readonly text: string;
  readonly faint: string;
  readonly rule: string;
  /** From low J to high J; the basin's floor is nearly paper, so that the ends of the paths stand out. */
  readonly landscape: readonly Rgb[];
  /** Class -1 (or a low value), neutral, class +1 (or a high value). */
  readonly diverging: readonly Rgb[];
  /** Points of the two classes of a binary task. */
  readonly pair: readonly [string, string];
  /** Several classes (Tol's light scheme; never mistaken for contestants, who have lines). */
  readonly classes: readonly string[];
}

const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const ramp = (...stops: string[]): readonly Rgb[] => stops.map(rgb);

const TOL_LIGHT = ['#77aadd', '#ee8866', '#44bb99', '#ffaabb', '#aaaa00', '#99ddff', '#bbcc33', '#eedd88', '#b197d6', '#bbbbbb'];

/** Okabe and Ito's colours, darkened where they would be too pale for a line on paper. */
const LIGHT: Ink = {
  scheme: 'light',
  contestants: {
    blue: '#0072b2',
    orange: '#cc7a00',
    green: '#009068',
    pink: '#b8578c',
    sky: '#2b90cc',
    vermilion: '#d04a00',
    yellow: '#968700',
    grey: '#6b7078',
  },
  paper: '#fbfaf6',
  text: '#1d2126',
  faint: '#5f656d',
  rule: '#dcd9d0',
  landscape: ramp('#fffdf2', '#eef0cf', '#c9e0c4', '#93c7bd', '#5fa6b4', '#3f7fa3', '#34598a'),
  diverging: ramp('#e8a15c', '#f3d3ae', '#f7f4ec', '#b5d2e6', '#6aa8d2'),
  pair: ['#b35c00', '#0a5a92'],
  classes: TOL_LIGHT,
};

const DARK: Ink = {
  scheme: 'dark',
  contestants: {
    blue: '#4aa3df',
    orange: '#f0ab2d',
    green: '#2fc49a',
    pink: '#e295c0',
    sky: '#93d5ff',
    vermilion: '#f57b3c',
    yellow: '#efe35a',
    grey: '#a6acb5',
  },
  paper: '#14171b',
  text: '#e9e7e1',
  faint: '#a0a5ad',
  rule: '#30353c',
  landscape: ramp('#10151c', '#14293b', '#1a4256', '#245f6c', '#3a7d7c', '#629a86', '#93b58c'),
  diverging: ramp('#94582a', '#604228', '#23262b', '#244459', '#2c6a98'),
  pair: ['#ffb566', '#7cc4f5'],
  classes: TOL_LIGHT,
};

export const useInk = (): Ink => (useComputedColorScheme('light') === 'dark' ? DARK : LIGHT);

/** Line patterns by the contestant's place, so that colour is never the only mark. */
const DASHES = ['', '9 4', '2 3', '10 3 2 3', '5 2', '15 4', '2 2 8 2', '1 5'] as const;
export const dashOf = (index: number): string => DASHES[index % DASHES.length];

/** A colour between the stops of a ramp; t is clamped to 0..1. */
export function colourAt(stops: readonly Rgb[], t: number): Rgb {
  const place = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  const share = place - low;
  const [from, to] = [stops[low], stops[low + 1]];
  return [0, 1, 2].map((i) => from[i] + (to[i] - from[i]) * share) as unknown as Rgb;
}

export const cssColour = ([red, green, blue]: Rgb): string => `rgb(${red.toFixed(0)} ${green.toFixed(0)} ${blue.toFixed(0)})`;

export const parseColour = rgb;
export type {Rgb};
