/* What the words of summaries, pages and documents mean. One entry adds a word. */
#include "terms.h"

#include <stddef.h>

const cli_term cli_terms[] = {
    {"as predicted",
     "verdict,elsewhere,still moving,no prediction",
     {"The verdict of a run whose mass, at least 99 % of it, lies where theory says that the loop "
      "which was played must end.",
      "`elsewhere` is a run that has come to rest but not there, `still moving` one that has not "
      "come to rest, and `no prediction` a loop whose end theory does not know.",
      "It is decided once, and the summary, the page and the JSON say the same."},
     "aligngame run compromise --no-save"},
    {"audit",
     "claim",
     {"An audit holds every claim of the paper against the exact outcome of one game.",
      "A verdict is `holds`, `fails`, `not applicable` or `undecided`, with the numbers that it "
      "rests on.",
      "It is about this game and this profile of rewards alone: another game may decide "
      "otherwise."},
     "aligngame audit compromise"},
    {"basin",
     "basin of attraction",
     {"The basin of a limit is the set of initial distributions from which the game ends there.",
      "With one sink its basin is everything; with several, basins meet at a boundary that pools, "
      "temperatures and the order of play move.",
      "Between two sinks the boundary is a critical mass, on three it is drawn in a triangle."},
     "aligngame analyze examples/two-atoms.yaml"},
    {"bradley-terry",
     "bt,bradley-terry weight,weight",
     {"The Bradley–Terry model keeps one of K items with probability proportional to u = exp(r/τ), "
      "r the reward and τ the temperature.",
      "The weight of an item is H(x) = E[K u(x) / (u(x) + u(Y_1) + … + u(Y_{K-1}))], the others of "
      "the pool drawn from p: curation turns p into p·H.",
      "Weights average to 1 over p, lie between 0 and K, and for an endless pool are u / E_p[u]."},
     "printf 'mass,reward\\n1,0\\n1,2\\n' | aligngame weights --pool 8 --temperature 1"},
    {"class",
     "classes",
     {"A class is a set of items to which all curators that act give equal rewards, in "
      "temperatures.",
      "Nothing in the loop tells its items apart, so that they keep the proportions that they had "
      "at the start.",
      "A class grows, invades and survives as one item would."},
     "aligngame analyze circles-perfect -s space.box.cells=[40,40]"},
    {"condorcet cycle",
     "cycle,cycles,intransitive,maximal lottery",
     {"Preferences have a Condorcet cycle where a majority prefers A to B, B to C and C to A, so "
      "that no item beats all others.",
      "With pools of two the rest point is then a mixture, the maximal lottery, and the loop "
      "spirals away from it; with three and more in a pool rewards that cycle are drawn to it.",
      "A game in which no rest point that was found attracts is said to cycle."},
     "aligngame run examples/condorcet.yaml --no-save"},
    {"critical mass",
     "threshold,boundary",
     {"Between two classes it is the initial share above which the first of them takes all.",
      "It is a root of one generation's change of the log odds, which is found at once, however "
      "slow the game is.",
      "Moving first shifts it; it does not decide the game."},
     "aligngame analyze examples/two-atoms.yaml"},
    {"curation",
     "curate,selection",
     {"To curate is to draw pools of K items from what the model generates, and to keep one of "
      "each with probability proportional to exp(reward / temperature).",
      "What is kept follows p·H, p the distribution before and H the Bradley–Terry weight.",
      "Curators one after another multiply such weights; in a mixture they add."},
     "aligngame list steps --show curate"},
    {"curator",
     "curators,owner,public",
     {"A curator has a reward for every item, a pool size and a temperature, and selects by them "
      "what is kept.",
      "The paper has two, the Owner who trains the model and the Public who use it; a game may "
      "have any number, with any names.",
      "Only curators whose choice is learnt count for where the loop ends."},
     "aligngame list keys --show curator"},
    {"diversity",
     "spread",
     {"Diversity is how evenly the mass is spread over how many items.",
      "The program measures it by the effective number, the entropy and Simpson's index, on "
      "samples also by variances and repeated texts.",
      "Curation in sequence takes it generically: one class is kept; mixtures, real data and "
      "sharpening below 1 can keep it."},
     "aligngame run compromise --no-save"},
    {"dominance",
     "dominant,incentive,truthful,exaggeration",
     {"A report is dominant for a curator if no other report ends better for it, whatever the "
      "others report.",
      "The paper's Theorem 6 says so of the truth; exaggerating a reward is like lowering one's "
      "temperature, which is power, and in some games it pays.",
      "The audit searches over the reports of both sides, and prints a lie that gains where it "
      "finds "
      "one."},
     "aligngame audit compromise"},
    {"drift",
     "genetic drift,wright-fisher",
     {"Drift is what chance does in finite samples: without any curator the shares of items wander "
      "and items are lost.",
      "Where a generation of N items replaces the one before, the expected 1 − Σp² shrinks by "
      "1 − 1/N each time.",
      "Accumulating all generations bounds the loss, and small populations hide weak selection."},
     "aligngame drift"},
    {"effective number",
     "effective_number,hill number",
     {"The effective number of items is exp of the entropy: how many equally common items would be "
      "as diverse.",
      "It is 1 where one item has all the mass and n where n items share it equally.",
      "Rare items count little in it, and it never exceeds the number of items that have mass."},
     "aligngame run compromise --no-save -s metrics=[effective_number]"},
    {"entropy",
     NULL,
     {"Entropy is −Σ p log p, in nats: how uncertain the next item is.",
      "It is 0 for a single item and log n for n equal ones.",
      "Its exponential is the effective number of items."},
     "aligngame list metrics --show entropy"},
    {"generation",
     "generations,iteration",
     {"A generation is one turn of the loop: the model generates, curators select, and the model "
      "learns what was kept.",
      "Generation 0 is the start, before anything was selected.",
      "Its steps are a list, from p_t to p_{t+1}, which a game file may spell out."},
     "aligngame list steps"},
    {"generator",
     "model,learner",
     {"The generator is the model that learns what curators kept and generates the next "
      "candidates.",
      "The ideal one learns the distribution exactly; mixtures, kernels, n-grams, GPT-2 and "
      "outside "
      "programs learn it from samples.",
      "What it adds of its own shows beside the exact game."},
     "aligngame list generators"},
    {"growth factor",
     "invasion,lambda,λ",
     {"The growth factor λ(y|x) is what one generation multiplies the share of a rare item y by, "
      "beside residents x.",
      "A curator contributes h_K(a) = K e^a / (e^a + K − 1), a the gap of the rewards in "
      "temperatures: steps in sequence multiply, mixtures add with their shares.",
      "Above 1 the item invades, below 1 it dies out, and 1 is decided by the next order."},
     "aligngame analyze compromise"},
    {"half-life",
     "half_life",
     {"The half-life of diversity is the number of generations until the effective number of items "
      "is half of what it was at the start.",
      "It need not halve at all where few items had mass or many are kept.",
      "It is a time to plan by: after it most choice is gone."},
     "aligngame run compromise --no-save"},
    {"lock-in",
     "lock in,lockin",
     {"Lock-in is when a game has several sinks: the initial shares, the pools and the order of "
      "play choose where it ends.",
      "Once near one of them the game stays, although another start would have ended elsewhere.",
      "In one mixture no two single items are ever both sinks."},
     "aligngame analyze examples/two-atoms.yaml"},
    {"mixture",
     "parallel,pluralism",
     {"In a mixture each kept item is judged by one curator, drawn by lot with given shares.",
      "Its growth factors are averages and not products, so that two items may invade each other "
      "and be kept side by side.",
      "With endless pools it climbs the mean of log E_p exp(reward / temperature) over the "
      "curators."},
     "aligngame analyze compromise -s loop.reading=parallel"},
    {"model collapse",
     "collapse",
     {"Model collapse is the loss of what is rare, and then of nearly everything, when models "
      "learn "
      "from what models generate.",
      "Here it has three causes that can be told apart: curators prefer, finite samples drift, and "
      "a learner cannot represent all.",
      "Real data in every generation stops it; accumulating slows it."},
     "aligngame drift"},
    {"optimal set",
     "optimal sets,favourite,optimum",
     {"A curator's optimal set holds the items that it likes best, among those that have mass.",
      "Rewards count as equal where they differ by less than 1e-12 temperatures or by rounding.",
      "How the curators' sets meet is the regime."},
     "aligngame analyze compromise"},
    {"pareto",
     "pareto optimal,pareto-optimal",
     {"An item is Pareto-optimal if no other is better for one curator and at least as good for "
      "all "
      "others.",
      "Growth factors rise with every reward, so that only Pareto-optimal classes can be sinks.",
      "A distribution is, if no other gives every curator as much and one of them more."},
     "aligngame audit compromise"},
    {"pool",
     "pools,pool size,k",
     {"A curator sees a pool of K items at once, drawn from what is generated, and keeps one of "
      "them.",
      "Larger pools select harder: an item can grow by no more than K in a generation.",
      "`inf` is the limit in which a curator sees everything: growth is then exp of the gap, "
      "without a bound."},
     "aligngame run compromise --no-save -s curators.owner.pool=inf"},
    {"preference matrix",
     "preferences,panel",
     {"A curator may have, in place of rewards, a matrix of how often x is preferred to y; "
      "P(x beats y) and P(y beats x) add up to 1.",
      "Pools are then of two, and a generation makes p(x) · 2 E_Y[P(x beats Y)] of p.",
      "Preferences need not come from any reward: they may cycle."},
     "aligngame run examples/rock-paper-scissors.yaml --no-save"},
    {"preset",
     "presets",
     {"A preset is a game that comes with the program.",
      "Its name stands wherever a game file does, unless a file of that name is there.",
      "It can be printed and changed."},
     "aligngame list presets --show compromise"},
    {"reading",
     "readings,loop",
     {"The paper's equations, algorithm and experiments describe different loops; a reading names "
      "the one that is meant.",
      "`sequential` curates one after another, `owner_model` learns the Owner's choice alone, "
      "`accumulate` adds what is kept to all that was there, `parallel` draws a curator by lot.",
      "Each is short for a list of steps."},
     "aligngame list readings"},
    {"real share",
     "real_share,real data,alpha,α",
     {"The real share α is how much of every generation's data comes from the original "
      "distribution p_0: p becomes (1 − α) p + α p_0.",
      "Nothing that p_0 holds is then lost, and the end is the fixed point of the whole map.",
      "Small shares save much: to first order a rare y keeps α p_0(y) / (1 − (1 − α) λ)."},
     "aligngame analyze compromise -s loop.real_share=0.05"},
    {"regime",
     "perfect,partial,disjoint,alignment",
     {"The regime says how the optimal sets of the curators meet.",
      "It is perfect where all are equal, partial where they share some items and disjoint where "
      "they share none.",
      "The paper's limits are its optimal set, the shared part, and the part of the first "
      "curator's set that the next likes best."},
     "aligngame analyze compromise"},
    {"replicate",
     "replicates,seed",
     {"A replicate is one play of a game on samples; replicates differ by their random numbers "
      "alone.",
      "All of them derive from the game's seed, so that the same seed gives the same bits.",
      "Summaries show the mean over them, its 95 % interval, and the quantiles of single plays."},
     "aligngame run examples/circles-samples.yaml --no-save -s replicates=4 -s generations=10"},
    {"rest point",
     "rest points,fixed point,equilibrium,certificate",
     {"A rest point is a distribution that a generation does not change: growth is 1 for what is "
      "there.",
      "Its certificate is that growth is at most 1 for everything that is absent, so that nothing "
      "can come in.",
      "It is stable where small changes of the shares die out, and only such ones attract."},
     "aligngame analyze compromise -s loop.reading=parallel"},
    {"reward",
     "rewards,utility",
     {"A reward is a curator's number for an item: higher is liked better.",
      "Only differences count, and only in temperatures: adding a constant changes nothing, and "
      "doubling all rewards is halving the temperature.",
      "It is given by values, a column, a formula, distances, words of a text, or a program."},
     "aligngame list rewards"},
    {"satisfaction",
     NULL,
     {"A curator's satisfaction is the share of the mass whose reward reaches the level from which "
      "an item satisfies it.",
      "Rewards that are 1 where they are content, a disc's or a word count's, have that level: for "
      "the paper's circles it is the share inside the circle.",
      "Other rewards have none, and the share of the curator's favourites is told instead."},
     "aligngame list metrics --show satisfaction"},
    {"sharpen",
     "sharpening,sampling temperature",
     {"To sharpen by β is to turn p into p^β, normalised: what a model does that samples at "
      "temperature 1/β.",
      "Above 1 what is rare gets rarer without any curator; below 1 everything is protected.",
      "It has no growth factor, since a small share ε becomes ε^β."},
     "aligngame list steps --show sharpen"},
    {"sink",
     "sinks",
     {"A sink is a class of items that no other invades: the growth factor of everything else is "
      "below 1 beside it.",
      "Where curators select one after another the loop can end nowhere else.",
      "Near it what is outside shrinks by the largest of these factors each generation."},
     "aligngame analyze compromise"},
    {"state space",
     "space,item,items,atom,atoms",
     {"The state space is what can be generated at all, with the mass that each item has at the "
      "start.",
      "It consists of atoms, the rows of a table, the cells of a box, a cloud of points or texts.",
      "What has no mass at the start never appears."},
     "aligngame list spaces"},
    {"temperature",
     "tau,τ",
     {"The temperature τ divides a curator's rewards: an item is kept with odds exp(r/τ).",
      "Low temperatures choose strictly, high ones are nearly indifferent.",
      "Its unit is the reward's, so that a reward counts by how many temperatures it differs."},
     "aligngame run compromise --no-save -s curators.owner.temperature=0.5"},
    {"theorem",
     "theorems,trilemma",
     {"The paper's theorems say where the loop ends in each regime, that full coverage, symmetric "
      "influence and independence of the start never hold together, and that the truth is "
      "dominant.",
      "Some hold for every game and some fail for many, which the program decides game by game.",
      "The limit that they name is printed beside what is played, and never taken for it."},
     "aligngame audit compromise"},
    {NULL, NULL, {NULL, NULL, NULL}, NULL}};
