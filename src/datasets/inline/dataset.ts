import type {GenerateDataset} from '../../core/data.ts';
import {success} from '../../core/result.ts';
import {distinctTargets, type InlineValues} from './spec.ts';

const generate: GenerateDataset = async (params) => {
  const {points, targets, task} = params as InlineValues;
  const n = points.length;
  const d = points[0].length;
  const isRegression = task === 'regression';
  const classes = isRegression ? [] : distinctTargets(targets);
  return success({
    kind: isRegression ? 'regression' : 'classification',
    n,
    d,
    features: Float64Array.from(points.flat()),
    targets: Float64Array.from(targets, (target) => (isRegression ? target : classes.indexOf(target))),
    featureNames: Array.from({length: d}, (_, j) => (d === 1 ? 'x' : `x${j + 1}`)),
    targetName: isRegression ? 'y' : 'class',
    classNames: classes.map(String),
    notes: [],
  });
};

export default generate;
