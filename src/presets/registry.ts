import type {Preset} from '../core/preset.ts';
import {breastCancerRace} from './breastCancerRace.ts';
import {curveFitting} from './curveFitting.ts';
import {digitsRace} from './digitsRace.ts';
import {irisClasses} from './irisClasses.ts';
import {learningRates} from './learningRates.ts';
import {moonsMargins} from './moonsMargins.ts';
import {penaltiesDecide} from './penaltiesDecide.ts';
import {spiralWidth} from './spiralWidth.ts';

/** The race that a first visit shows. */
export const DEFAULT_PRESET: Preset = moonsMargins;

/** Every preset, one line each; the order is the menu's. */
export const PRESETS: readonly Preset[] = [
  moonsMargins,
  breastCancerRace,
  learningRates,
  spiralWidth,
  penaltiesDecide,
  curveFitting,
  irisClasses,
  digitsRace,
];

export const findPreset = (id: string): Preset | undefined => PRESETS.find((preset) => preset.id === id);
