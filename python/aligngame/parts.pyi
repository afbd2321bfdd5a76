# Made by core/stubs.py from the library's tables.
from typing import Any, List, Literal, Mapping, Sequence

from .catalogue import Entry, Parameter

class _Rewards:
    def values(self, value: Sequence[float] = ..., /) -> Any:
        """A list with one reward for each item.
        value: the items' rewards in their order: a list of numbers; must be given."""

    def column(self, value: str = ..., /) -> Any:
        """A numeric column of the table.
        value: the column's name: a text; must be given."""

    def disc(self, *, center: Sequence[float] = ..., radius: float = ..., slope: float = ...) -> Any:
        """1 inside a disc, falling linearly outside (eq. 6).
        center: where the disc lies: one number a dimension: a list of numbers; must be given.
        radius: how far it reaches: a number above 0 (a distance); default 1.
        slope: what each unit of distance from the rim costs outside: a number of at least 0 (reward per distance); default 2."""

    def gaussian(self, *, center: Sequence[float] = ..., width: float = ..., height: float = ...) -> Any:
        """A bell around a center.
        center: where the bell stands: one number a dimension: a list of numbers; must be given.
        width: its standard deviation: a number above 0 (a distance); must be given.
        height: the reward at its center; a pit where it is negative: a number; default 1."""

    def linear(self, *, weights: Any = ..., intercept: float = ...) -> Any:
        """A weighted sum of coordinates or of columns.
        weights: what a unit of each coordinate, or of each column named, is worth: a list of numbers, or a mapping of columns to numbers; must be given.
        intercept: what is added: a number; default 0."""

    def expression(self, value: str = ..., /) -> Any:
        """A formula over x, y, z (x1, x2, ...), the columns and index.
        value: the formula, in the language of muParser: a formula; must be given."""

    def sum(self, value: Any = ..., /) -> Any:
        """A weighted sum of rewards.
        value: the rewards, each with a weight (1 where none is given) beside its name: a list of rewards; must be given."""

    def adaptive(self, *, reward: Any = ..., target: float = ..., gain: float = ..., least: float = ..., most: float = ...) -> Any:
        """A reward whose scale rises while its curator is not satisfied (exact engine).
        reward: what is scaled: a reward; must be given.
        target: the satisfaction that the curator wants: a number from 0 to 1 (share of the mass); default 0.5.
        gain: how much a generation's lack of it raises the scale: a number from 0 to 1; default 0.1.
        least: lower bound of the scale: a number above 0; default 1.
        most: upper bound of the scale: a number above 0; default 8."""

    def word_count(self, *, min: int = ..., max: int = ..., slope: float = ...) -> Any:
        """1 inside a range of words, falling linearly outside.
        min: the fewest inside the range: an integer of at least 0; default 0.
        max: the most inside the range: an integer of at least 0; default: no end.
        slope: what each one outside costs: a number of at least 0; default 2."""

    def length(self, *, min: int = ..., max: int = ..., slope: float = ...) -> Any:
        """1 inside a range of characters, falling linearly outside.
        min: the fewest inside the range: an integer of at least 0; default 0.
        max: the most inside the range: an integer of at least 0; default: no end.
        slope: what each one outside costs: a number of at least 0; default 2."""

    def pattern(self, *, regex: str = ..., reward: float = ..., otherwise: float = ...) -> Any:
        """One number where a regular expression is found, another elsewhere.
        regex: what is looked for, in the language of PCRE2: a regular expression; must be given.
        reward: of a text in which it is found: a number; default 1.
        otherwise: the reward of any other text: a number; default 0."""

    def lexicon(self, *, words: Any = ..., file: str = ..., mean: bool = ...) -> Any:
        """The sum or mean of the words' weights: words, or a file with word and weight.
        words: what each word is worth: a mapping of words to numbers; exactly one of words and file.
        file: a CSV file with the columns word and weight: a path; exactly one of words and file.
        mean: the mean over a text's words, not the sum: true or false; default false."""

    def likelihood(self, *, model: Any = ...) -> Any:
        """Log probability per token of a text under a language model, in nats: the current one, the base, or a generator of its own.
        model: the model that weighs: the one that plays, the same before the first generation, or one of its own: current, base or a generator of texts; default current."""

    def command(self, *, run: str = ..., timeout: float = ..., batch_end: bool = ...) -> Any:
        """What a program of your own answers for each text, in lines of JSON.
        run: the command line, for the shell, in the game's folder: a text; must be given.
        timeout: how long an answer may take: a number above 0 (seconds); default 60.
        batch_end: a line `{"batch_end": n}` follows the n texts that are asked at a time, for a program that answers many together: true or false; default false."""

class _Generators:
    def ideal(self) -> Any:
        """Learns its data without error: draws from them with replacement."""

    def gmm(self, *, components: Any = ..., covariance: Literal['full', 'diagonal', 'spherical'] = ..., regularisation: float = ..., iterations: int = ..., tolerance: float = ..., starts: int = ...) -> Any:
        """A Gaussian mixture, by expectation and maximisation.
        components: how many normal laws are mixed; bic: as many as Schwarz's criterion likes best: an integer from 1 to 1000, bic, or {bic: 20}; default 5.
        covariance: the form of each one's covariance: one of full, diagonal, spherical; default full.
        regularisation: added to the variances, as a share of the data's (spherical: of their mean): a number from 0 to 1e+50; default 1e-6.
        iterations: the most of one fit: an integer from 1 to 1000000; default 100.
        tolerance: a fit ends where an iteration gains less: a number from 0 to 1e+50 (nats per item); default 1e-3.
        starts: fits from different random starts, of which the best stays: an integer from 1 to 1000; default 1."""

    def kde(self, *, bandwidth: Any = ..., regularisation: float = ...) -> Any:
        """A Gaussian kernel around each datum.
        bandwidth: the kernel's: a rule for its share of the data's covariance, or its deviations, one or one a coordinate: scott, silverman, a number above 0 or a list of them; default scott.
        regularisation: added to the variances where the data's covariance is singular, as a share of them: a number from 1e-09 to 1; default 1e-8."""

    def categorical(self, *, smoothing: float = ...) -> Any:
        """Counts of a finite space's items, smoothed if asked for.
        smoothing: what is added to the count of each item of positive initial mass: a number from 0 to 1e+100 (items); default 0."""

    def ngram(self, *, order: int = ..., temperature: float = ...) -> Any:
        """Texts word by word, from the words before: interpolated Kneser-Ney n-grams.
        order: words that a word's law looks at, itself among them: an integer from 1 to 5 (words); default 3.
        temperature: each next word is drawn by its probability to the power 1 / temperature: a number from 0.05 to 20; default 1."""

    def gpt2(self, *, model: str = ..., layers: int = ..., width: int = ..., heads: int = ..., context: int = ..., vocabulary: int = ..., start_epochs: int = ..., start_batch: int = ..., start_learning_rate: float = ..., epochs: int = ..., batch: int = ..., learning_rate: float = ..., warm_up: int = ..., weight_decay: float = ..., clip: float = ..., dropout: float = ..., continue_: bool = ..., temperature: float = ..., top_k: int = ..., top_p: float = ..., length: int = ..., sample_batch: int = ..., precision: Literal['fastest', 'float', 'half'] = ...) -> Any:
        """A GPT-2 that is fine-tuned: a folder's (model: DIR), or a small one learnt first.
        model: a folder in Hugging Face's layout with the first model: a path; default: a small model, which learns the first dataset.
        layers: of the small model: an integer from 1 to 1024; default 4; not with model.
        width: numbers that stand for a token in it: an integer from 1 to 65536; default 128; not with model.
        heads: of its attention; they divide the width: an integer from 1 to 65536; default 4; not with model.
        context: the most that it sees at a time: an integer from 2 to 1048576 (tokens); default 64; not with model.
        vocabulary: the most that it learns: an integer from 257 to 16777216 (tokens); default 2048; not with model.
        start_epochs: passes over the first dataset: an integer from 1 to 1000000; default 4; not with model.
        start_batch: texts a step of them: an integer from 1 to 65536 (texts); default 16; not with model.
        start_learning_rate: of AdamW then; it rises over the first twentieth of the steps: a number above 0 and at most 10; default 2e-3; not with model.
        epochs: passes over the dataset of each fit: an integer from 1 to 1000000; default 2.
        batch: texts a step: an integer from 1 to 65536 (texts); default 8.
        learning_rate: of AdamW; it falls linearly to zero in each fit: a number above 0 and at most 10; default: 5e-5 with model, 5e-4 without.
        warm_up: steps over which it rises before: an integer from 0 to 1000000000 (steps); default 0.
        weight_decay: of AdamW: a number from 0 to 100; default 0.01.
        clip: the gradient's largest norm; 0: any: a number from 0 to 1e+30; default 1.
        dropout: the share of activations left out while it learns: a number from 0 to 0.99; default 0.1.
        continue_: a fit begins with the last one's model, not with the first: true or false; default true.
        temperature: each next token is drawn by its probability to the power 1 / temperature; 0: the likeliest: a number from 0 to 1000; default 0.8.
        top_k: likeliest tokens to draw from; 0: all: an integer from 0 to 16777216; default 0.
        top_p: share of the probability to draw from, the likeliest tokens first: a number above 0 and at most 1; default 1.
        length: the most of a text, its two ends among them, and of the context: an integer from 2 to 1048576 (tokens); default 64.
        sample_batch: texts written side by side: an integer from 1 to 65536 (texts); default 64.
        precision: of matrix products; fastest: half where the processor is quick at it: one of fastest, float, half; default fastest."""

    def command(self, *, train: str = ..., sample: str = ..., start: str = ..., timeout: float = ..., keep: str = ...) -> Any:
        """Programs of your own that train and sample a model, by way of files.
        train: learns: gets {data}, a file with one text a line, and fills the folder {model}: a command line; must be given.
        sample: writes {count} texts of {model}, one a line, to the file {output}: a command line; must be given.
        start: makes the first {model}, which train then knows as {previous}: a command line; default: an empty folder.
        timeout: how long each may take: a number above 0 (seconds); default 3600.
        keep: where the models stay: a path; default: a temporary folder, removed at the end."""

class _Spaces:
    def atoms(self, *, mass: Sequence[float] = ..., log_mass: Any = ..., count: int = ..., labels: Any = ..., groups: Any = ...) -> Any:
        """Items without structure.
        mass: of each item at first; they need not add up to 1: a list of numbers of at least 0; exactly one of mass, log_mass and count.
        log_mass: their natural logarithms, -inf for none: a list of numbers; exactly one of mass, log_mass and count.
        count: so many items, all of one mass: an integer of at least 1 (items); exactly one of mass, log_mass and count.
        labels: the items' names: a list of texts; default: none.
        groups: the names of their groups, whose shares are measured: a list of texts; default: none."""

    def table(self, *, file: str = ..., label: Any = ..., mass: Any = ..., group: Any = ..., columns: Any = ..., require: Any = ..., separator: Any = ..., decimal: Any = ..., thousands: Any = ..., missing: str = ..., header: Any = ..., encoding: str = ...) -> Any:
        """The rows of a table in a file.
        file: a table (CSV, JSON lines); each row is an item: a path; must be given.
        label: the column with the items' names: a column's name; default: none.
        mass: that with their masses at first; rows without one are left out: a column's name; default: all equal.
        group: that with the groups whose shares are measured: a column's name; default: none.
        columns: those whose numbers rewards may use: a list of column names; default: all columns of numbers.
        require: rows without a cell there are left out: a column's name or a list of them; default: none.
        separator: what stands between two cells: comma, semicolon, tab, pipe or blank, or the character itself; default: found in the file; only with file.
        decimal: the decimal sign where numbers can be read in two ways: point or comma, or the character itself; default: found in each column; only with file.
        thousands: likewise what groups the digits by threes: point or comma, or the character itself; default: found in each column; only with file.
        missing: what means that there is no value, besides NA, null and the like: a word or a list of words; default: none; only with file.
        header: whether the first line has the names; without, they are numbers from 1: true or false; default: it has, and a line of numbers is refused; only with file.
        encoding: of the file, such as windows-1252: a text; default: UTF-8, or UTF-16 where the file shows it; only with file."""

    def box(self, *, lower: Sequence[float] = ..., upper: Sequence[float] = ..., cells: Any = ..., density: Any = ...) -> Any:
        """A box in any dimension, cut into cells.
        lower: the least value of each coordinate: a list of numbers; must be given.
        upper: the greatest value of each coordinate: a list of numbers; must be given.
        cells: of the grid: one number, or one a dimension: an integer of at least 1 or a list of them; must be given.
        density: the first distribution, at the cells' centres: uniform or a mapping; default uniform."""

    def cloud(self, *, uniform: Any = ..., gaussian: Any = ..., mixture: Any = ..., file: str = ..., count: int = ..., columns: Any = ..., separator: Any = ..., decimal: Any = ..., thousands: Any = ..., missing: str = ..., header: Any = ..., encoding: str = ...) -> Any:
        """Points without a grid, drawn from a law or read from a file.
        uniform: points anywhere in a box, equally likely: a mapping; exactly one of uniform, gaussian, mixture and file.
        gaussian: points of a normal law: a mapping; exactly one of uniform, gaussian, mixture and file.
        mixture: points of several normal laws: a list of mappings; exactly one of uniform, gaussian, mixture and file.
        file: a table (CSV, JSON lines); each row is a point: a path; exactly one of uniform, gaussian, mixture and file.
        count: of the first dataset: an integer from 1 to 2147483648 (points); default 1000; not with file.
        columns: those with the coordinates: a list of column names; default: all, where all are numbers and none looks like a number of rows; only with file.
        separator: what stands between two cells: comma, semicolon, tab, pipe or blank, or the character itself; default: found in the file; only with file.
        decimal: the decimal sign where numbers can be read in two ways: point or comma, or the character itself; default: found in each column; only with file.
        thousands: likewise what groups the digits by threes: point or comma, or the character itself; default: found in each column; only with file.
        missing: what means that there is no value, besides NA, null and the like: a word or a list of words; default: none; only with file.
        header: whether the first line has the names; without, they are numbers from 1: true or false; default: it has, and a line of numbers is refused; only with file.
        encoding: of the file, such as windows-1252: a text; default: UTF-8, or UTF-16 where the file shows it; only with file."""

    def text(self, *, file: str = ..., grammar: Mapping[str, Any] = ..., sentences: int = ..., held_out: int = ..., words: Any = ..., seed: int = ..., duplicates: bool = ..., format: Literal['auto', 'plain', 'wikitext', 'lines'] = ..., column: str = ..., encoding: str = ..., join: bool = ..., unknown: bool = ...) -> Any:
        """The sentences of a file or of a grammar.
        file: a text; its sentences are the items: a path; exactly one of file and grammar.
        grammar: sentences that the program makes: a mapping; exactly one of file and grammar.
        sentences: the most to take: an integer from 1 to 2147483648 (sentences); default: all of a file, 10000 of a grammar.
        held_out: set aside beside them, to measure what a model forgets: an integer from 0 to 2147483648 (sentences); default 0.
        words: the fewest and the most in a sentence: a list of two integers, such as [1, 40]; default: any number.
        seed: of a random choice from the file, or of the grammar: an integer of at least 0; default: the file's first sentences; the grammar's seed 0.
        duplicates: equal sentences stay; otherwise the first of them does: true or false; default: false for a file, true for a grammar.
        format: how the file is written; auto: wikitext where several lines have its marks, else plain: one of auto, plain, wikitext, lines; default auto; only with file.
        column: the file is a table (CSV, JSON lines): its column of texts, each an item: a text; default: `text` of JSON lines; otherwise it is a text; only with file.
        encoding: how its letters are written, such as windows-1252: a text; default: UTF-8, or UTF-16 where its bytes say so; only with file.
        join: marks such as `red @-@ tipped` become `red-tipped`: true or false; default true; only with file.
        unknown: sentences with `<unk>` stay: true or false; default true; only with file."""

rewards: _Rewards
generators: _Generators
spaces: _Spaces

def top(entry: Entry) -> List[Parameter]: ...
def value_of(entry: Entry) -> List[Parameter]: ...
def argument(parameter: Parameter) -> str: ...
def documentation(entry: Entry) -> str: ...
