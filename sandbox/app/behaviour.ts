import { drawAnswer, type Answer } from "../mesh/answer";
import { readBehaviour } from "../mesh/annotations";
import { PodLives } from "../mesh/podLives";
import type { Random } from "../mesh/random";
import type { PodInfo } from "./downward";
import { Identity } from "./identity";
import { MemoryGrowth } from "./memoryGrowth";

export interface BehaviourOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly random: Random;
  readonly warn: (message: string) => void;
}

/** The pod as its labels and annotations are now; its warm-up counts from the making of this object. */
export class PodBehaviour {
  readonly memory: MemoryGrowth;
  private readonly lives = new PodLives();
  private current: Identity;
  private known = "";

  constructor(
    private readonly options: BehaviourOptions,
    info: PodInfo,
  ) {
    this.memory = new MemoryGrowth(options.now);
    this.current = new Identity(info);
    this.become(info);
  }

  get identity(): Identity {
    return this.current;
  }

  /** Takes effect with the next request; the pod's age and first request stay what they were. */
  become(info: PodInfo): void {
    const described = JSON.stringify(info);
    if (described === this.known) return;
    this.known = described;
    this.current = new Identity(info);
    const behaviour = readBehaviour(info.annotations, this.options.warn);
    this.lives.see(this.current.pod, behaviour, this.options.now());
    this.memory.setRate(behaviour.memoryGrowthMibPerMinute);
  }

  /** Draws the answer to a request that arrives now. */
  answer(): Answer {
    return drawAnswer(this.lives.serve(this.current.pod, this.options.now()), this.options.random);
  }
}
