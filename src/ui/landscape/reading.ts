import type {Landscape} from '../../core/protocol.ts';
import type {Certificate} from '../../core/study.ts';
import {optimumName} from '../../state/certified.ts';
import {measured, number} from '../format.ts';
import {optimumValue} from '../race/optimum.ts';
import {shadeAt, type Surface, valueAtShade} from './surface.ts';

/** A certified optimum as the landscape shows it. */
export interface Floor {
  readonly lower: number;
  readonly upper: number;
  /** "certified optimum 0.1234": what the floor is called, with its number or both ends. */
  readonly label: string;
  /** Whether the two ends are one number to the reader. */
  readonly isNarrow: boolean;
  /** Whether no network at all lies below; else only none of a sampled programme. */
  readonly isGround: boolean;
}

/** A wider interval is told by both ends. */
const NARROW = 1e-3;

export function floorOf(certificate: Certificate): Floor {
  const {lower, upper, relativeGap, scope} = certificate;
  return {lower, upper, label: `${optimumName(certificate)} ${optimumValue(certificate)}`, isNarrow: relativeGap <= NARROW, isGround: scope === 'global'};
}

/** How far J lies above the optimum, in words; empty where nothing is known. */
export function gapInWords(objective: number, floor: Floor | null): string {
  if (!floor) return '';
  const gap = objective - floor.upper;
  // Between grid points J is interpolated, so what is proved to lie above may seem to lie below.
  if (gap < 0) return floor.isGround || floor.isNarrow === false ? ', at the optimum as near as this shows' : `, ${measured(-gap, 3)} below the optimum`;
  return `, ${floor.isNarrow ? '' : 'at least '}${measured(gap, 3)} above the optimum`;
}

export interface Place {
  readonly a: number;
  readonly b: number;
}

/** J at a place of the landscape, interpolated between its points; NaN in holes. */
export function objectiveAt({aRange, bRange, side}: Landscape, surface: Surface, {a, b}: Place): number {
  const u = ((a - aRange[0]) / (aRange[1] - aRange[0])) * (side - 1);
  const v = ((b - bRange[0]) / (bRange[1] - bRange[0])) * (side - 1);
  return valueAtShade(surface, shadeAt(surface, u, v));
}

/** What is read at a place. */
export function readingAt(landscape: Landscape, surface: Surface, floor: Floor | null, place: Place): string {
  const objective = objectiveAt(landscape, surface, place);
  const at = `at (${number(place.a, 3)}, ${number(place.b, 3)})`;
  return Number.isNaN(objective) ? `J is not finite ${at}` : `J ≈ ${measured(objective)} ${at}${gapInWords(objective, floor)}`;
}
