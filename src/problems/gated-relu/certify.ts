import type {MakeCertifier} from '../../core/certificate.ts';
import {reluCertifier} from '../../numerics/certificate/reluCertifier.ts';

/** The certified optimum of J over gated ReLU networks of every width and all gates. */
const certify: MakeCertifier = (input) => reluCertifier(input, true);

export default certify;
