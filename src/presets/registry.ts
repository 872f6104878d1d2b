import type {Preset} from '../core/preset.ts';
import {breastCancerRace} from './breastCancerRace.ts';
import {curveFitting} from './curveFitting.ts';
import {digitsBinary} from './digitsBinary.ts';
import {digitsRace} from './digitsRace.ts';
import {gatedUnits} from './gatedUnits.ts';
import {irisClasses} from './irisClasses.ts';
import {learningRates} from './learningRates.ts';
import {moonsMargins} from './moonsMargins.ts';
import {patternSources} from './patternSources.ts';
import {penaltiesDecide} from './penaltiesDecide.ts';
import {rankTwoStuck} from './rankTwoStuck.ts';
import {sdpBound} from './sdpBound.ts';
import {spiralWidth} from './spiralWidth.ts';
import {steIsRankZero} from './steIsRankZero.ts';
import {stuckOnSpiral} from './stuckOnSpiral.ts';
import {thresholdSteps} from './thresholdSteps.ts';
import {tinyTrueOptimum} from './tinyTrueOptimum.ts';
import {underAttack} from './underAttack.ts';
import {wideFindsFloor} from './wideFindsFloor.ts';

/** The race that a first visit shows. */
export const DEFAULT_PRESET: Preset = moonsMargins;

/** Every preset, one line each; the order is the menu's. */
export const PRESETS: readonly Preset[] = [
  moonsMargins,
  stuckOnSpiral,
  wideFindsFloor,
  breastCancerRace,
  learningRates,
  spiralWidth,
  penaltiesDecide,
  patternSources,
  gatedUnits,
  thresholdSteps,
  underAttack,
  curveFitting,
  irisClasses,
  digitsRace,
  rankTwoStuck,
  sdpBound,
  steIsRankZero,
  digitsBinary,
  tinyTrueOptimum,
];

export const findPreset = (id: string): Preset | undefined => PRESETS.find((preset) => preset.id === id);
