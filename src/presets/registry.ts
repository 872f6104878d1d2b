import type {Preset} from '../core/preset.ts';
import {batchNormRates} from './batchNormRates.ts';
import {breastCancerRace} from './breastCancerRace.ts';
import {curveFitting} from './curveFitting.ts';
import {digitsBinary} from './digitsBinary.ts';
import {digitsRace} from './digitsRace.ts';
import {float32Collapse} from './float32Collapse.ts';
import {gatedUnits} from './gatedUnits.ts';
import {growingBatches} from './growingBatches.ts';
import {himmelblauBasins} from './himmelblauBasins.ts';
import {irisClasses} from './irisClasses.ts';
import {labelNoise} from './labelNoise.ts';
import {learningRates} from './learningRates.ts';
import {moonsMargins} from './moonsMargins.ts';
import {needleTemperature} from './needleTemperature.ts';
import {noisyBatches} from './noisyBatches.ts';
import {normPlacement} from './normPlacement.ts';
import {outputScaling} from './outputScaling.ts';
import {ownFunction} from './ownFunction.ts';
import {patternSources} from './patternSources.ts';
import {penaltiesDecide} from './penaltiesDecide.ts';
import {rankTwoStuck} from './rankTwoStuck.ts';
import {rescaledLayers} from './rescaledLayers.ts';
import {residualStep} from './residualStep.ts';
import {rosenbrockRace} from './rosenbrockRace.ts';
import {saddleEscape} from './saddleEscape.ts';
import {sdpBound} from './sdpBound.ts';
import {softAttention} from './softAttention.ts';
import {softmaxCollapse} from './softmaxCollapse.ts';
import {spiralWidth} from './spiralWidth.ts';
import {steIsRankZero} from './steIsRankZero.ts';
import {stuckOnSpiral} from './stuckOnSpiral.ts';
import {thresholdSteps} from './thresholdSteps.ts';
import {tinyTrueOptimum} from './tinyTrueOptimum.ts';
import {underAttack} from './underAttack.ts';
import {valleyMomentum} from './valleyMomentum.ts';
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
  normPlacement,
  outputScaling,
  residualStep,
  softmaxCollapse,
  float32Collapse,
  needleTemperature,
  softAttention,
  batchNormRates,
  labelNoise,
  rescaledLayers,
  growingBatches,
  valleyMomentum,
  rosenbrockRace,
  himmelblauBasins,
  saddleEscape,
  noisyBatches,
  ownFunction,
];

export const findPreset = (id: string): Preset | undefined => PRESETS.find((preset) => preset.id === id);
