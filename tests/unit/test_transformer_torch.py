#!/usr/bin/env python3
"""The transformer against a GPT-2 of our own in PyTorch, with its automatic derivatives and
its AdamW: logits, loss, every parameter's gradient, and twenty steps. Python is Debian's
(/usr/bin/python3), where python3-torch lives; without it everything is skipped."""
import math
import os
import subprocess
import sys

PROGRAM = os.path.abspath(sys.argv[1])
DEBIAN = "/usr/bin/python3"
NAMES = ["logits and loss", "every parameter's gradient", "twenty steps of AdamW",
         "bf16: logits and gradients as far off as their operands' rounding",
         "bf16: the roundings are there"]
try:
    import torch
except ImportError:
    if os.path.exists(DEBIAN) and os.path.realpath(sys.executable) != os.path.realpath(DEBIAN):
        os.execv(DEBIAN, [DEBIAN, *sys.argv])
    for place, name in enumerate(NAMES, 1):
        print(f"ok {place} - {name} # SKIP python3-torch is not installed")
    print(f"1..{len(NAMES)}")
    sys.exit(0)

torch.set_num_threads(1)
# vocabulary, context, width, layers, heads, seed
MODELS = [(17, 8, 12, 2, 3, 1), (50, 16, 32, 1, 1, 2), (97, 24, 48, 3, 4, 3)]
STEPS = 20
UNIT = 2.0 ** -24  # the relative error of one rounding to f32
ADAMW = {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-3}  # as in transformer_print.c
DECAY, CLIP, WARM_UP, LAST = 0.1, 0.5, 5, 25


def printed(model, precision):
    """name -> tensor, as the C program has it."""
    *sizes, seed = map(str, model)
    words = [PROGRAM, *sizes, precision, seed, str(STEPS)]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for line in lines:
        left, right = line.split(" :")
        name, *shape = left.split()
        values = [float.fromhex(word) if "x" in word else float(word) for word in right.split()]
        found[name] = torch.tensor(values, dtype=torch.float64).reshape([int(n) for n in shape])
    return found


def group(found, kind):
    """The tensors whose names begin with kind and a colon."""
    return {name.split(":", 1)[1]: x for name, x in found.items() if name.startswith(kind + ":")}


class Product(torch.autograd.Function):
    """a b, each operand as `rounded` leaves it, forward and backward."""

    @staticmethod
    def forward(ctx, a, b, rounded):
        ctx.operands, ctx.rounded = (rounded(a), rounded(b)), rounded
        return ctx.operands[0] @ ctx.operands[1]

    @staticmethod
    def backward(ctx, slope):
        a, b = ctx.operands
        slope = ctx.rounded(slope)
        return slope @ b.T, a.T @ slope, None


def block(x, get, layer, heads, product):
    """One layer of one sequence, x [length, width]."""
    length, width = x.shape
    name = f"transformer.h.{layer}."

    def norm(x, part):
        return torch.nn.functional.layer_norm(x, (width,), get(name + part + ".weight"),
                                              get(name + part + ".bias"), 1e-5)

    def linear(x, part):
        return product(x, get(name + part + ".weight")) + get(name + part + ".bias")

    q, k, v = (part.reshape(length, heads, -1).transpose(0, 1)
               for part in linear(norm(x, "ln_1"), "attn.c_attn").split(width, 1))
    score = q @ k.transpose(1, 2) / math.sqrt(width // heads)
    future = torch.ones(length, length, dtype=torch.bool).triu(1)
    mixed = score.masked_fill(future, -math.inf).softmax(-1) @ v
    x = x + linear(mixed.transpose(0, 1).reshape(length, width), "attn.c_proj")
    y = linear(norm(x, "ln_2"), "mlp.c_fc")
    y = 0.5 * y * (1 + torch.tanh(math.sqrt(2 / math.pi) * (y + 0.044715 * y ** 3)))
    return x + linear(y, "mlp.c_proj")


def logits_of(get, found, model, rounded=lambda x: x):
    """[tokens, vocabulary]; sequences do not see one another."""
    layers, heads = model[3], model[4]
    start, token = found["start"].long().tolist(), found["token"].long()
    word, place = get("transformer.wte.weight"), get("transformer.wpe.weight")

    def product(a, b):
        return Product.apply(a, b, rounded)

    rows = []
    for begin, end in zip(start, start[1:]):
        x = word[token[begin:end]] + place[:end - begin]
        for layer in range(layers):
            x = block(x, get, layer, heads, product)
        x = torch.nn.functional.layer_norm(x, (x.shape[1],), get("transformer.ln_f.weight"),
                                           get("transformer.ln_f.bias"), 1e-5)
        rows.append(product(x, word.T))
    return torch.cat(rows)


def loss_of(logits, found):
    target = found["target"].long()
    return torch.nn.functional.cross_entropy(logits, target, ignore_index=-1)


def differentiated(found, model, rounded=lambda x: x):
    """The logits, the loss, and name -> gradient, in f64."""
    parameter = {name: x.clone().requires_grad_() for name, x in group(found, "before").items()}
    logits = logits_of(parameter.__getitem__, found, model, rounded)
    loss = loss_of(logits, found)
    loss.backward()
    return logits.detach(), loss.item(), {name: x.grad for name, x in parameter.items()}


def largest(tensors):
    return max(x.abs().max().item() for x in tensors)


def logits_and_loss():
    """A number passes about 12 roundings a layer, amplified by the norms' gains: 100 of the
    largest logit have room."""
    for model in MODELS:
        found = printed(model, "float")
        logits, loss, _ = differentiated(found, model)
        off = largest([found["logits"] - logits]) / (UNIT * largest([logits]))
        print(f"# {model}: logits off by {off:.2f} roundings of the largest")
        assert off < 100, off
        assert abs(found["loss"].item() - loss) < 200 * UNIT * largest([logits]), loss


def gradients():
    """Back as well as forward: 300 roundings of the tensor's largest entry, and of the largest
    of all for tensors whose gradient is a small difference of large terms."""
    for model in MODELS:
        found = printed(model, "float")
        _, _, expected = differentiated(found, model)
        ours, most = group(found, "gradient"), largest(expected.values())
        assert ours.keys() == expected.keys() and most > 0.01
        off = {name: largest([ours[name] - expected[name]]) / (UNIT * most) for name in ours}
        worst = max(off, key=off.get)
        print(f"# {model}: {len(off)} tensors, the worst, {worst}, off by {off[worst]:.2f} roundings")
        assert off[worst] < 300, off


def trajectory():
    """PyTorch's AdamW in f64. A step moves a parameter by rate g / (|g| + epsilon): an error of
    300 roundings of the largest clipped g grows by rate / epsilon a step."""
    for model in MODELS:
        found = printed(model, "float")
        parameter = {name: x.clone().requires_grad_() for name, x in group(found, "before").items()}
        optimizer = torch.optim.AdamW(
            [{"params": [x for x in parameter.values() if x.dim() == 2], "weight_decay": DECAY},
             {"params": [x for x in parameter.values() if x.dim() == 1], "weight_decay": 0.0}],
            **ADAMW)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda t: (t + 1) / WARM_UP if t < WARM_UP else (LAST - t) / (LAST - WARM_UP))
        clipped, allowed = 0, 0
        for step in range(STEPS):
            optimizer.zero_grad()
            loss = loss_of(logits_of(parameter.__getitem__, found, model), found)
            loss.backward()
            norm = math.sqrt(sum((x.grad ** 2).sum().item() for x in parameter.values()))
            clipped += norm > CLIP
            for x in parameter.values():
                x.grad *= min(1, CLIP / norm)
            most = largest(x.grad for x in parameter.values())
            ours, ours_norm = found[f"step:{step}"].tolist()
            assert abs(ours - loss.item()) < 200 * UNIT * (step + 1) * max(1, loss.item()), (step, ours)
            assert abs(ours_norm - norm) < 300 * UNIT * (step + 1) * norm, (step, ours_norm, norm)
            allowed += optimizer.param_groups[0]["lr"] * 300 * UNIT * most / ADAMW["eps"]
            optimizer.step()
            schedule.step()
        off = largest([group(found, "after")[name] - x for name, x in parameter.items()])
        print(f"# {model}: {clipped} steps clipped, parameters off by {off:.2g} (allowed {allowed:.2g})")
        assert 0 < clipped and off < allowed, off


def dithered(generator):
    """Rounding to bf16 with its error drawn at random: an element is scaled by a factor
    2^u, 0 <= u < 1, rounded, and scaled back."""
    def rounded(x):
        factor = 2 ** torch.rand(x.shape, dtype=x.dtype, generator=generator)
        return (x * factor).to(torch.bfloat16).to(x.dtype) / factor
    return rounded


def half_precision(model, draws=32):
    """name -> (our deviation's length, its root mean square under random roundings)."""
    found = printed(model, "half")
    logits, _, expected = differentiated(found, model)
    expected["logits"] = logits
    ours = {**group(found, "gradient"), "logits": found["logits"]}
    squares = {name: 0.0 for name in expected}
    generator = torch.Generator().manual_seed(model[-1])
    for _ in range(draws):
        logits, _, gradient = differentiated(found, model, dithered(generator))
        gradient["logits"] = logits
        for name in squares:
            squares[name] += ((gradient[name] - expected[name]) ** 2).sum().item() / draws
    return {name: ((ours[name] - expected[name]).norm().item(), math.sqrt(squares[name]))
            for name in expected}


HALVES = {}


def half_gradients():
    """bf16 has 8 significant bits: rounding to nearest errs by at most 2^-8 of a number. To
    first order a deviation is a sum of such errors times derivatives, so that its square's
    mean follows from the same products with errors drawn at random. A tensor's deviation is
    at worst one normal number; with 32 draws six times its spread happens once in 10^6
    (Student's t)."""
    for model in MODELS:
        HALVES[model] = half_precision(model)
        ratio = {name: off / expected for name, (off, expected) in HALVES[model].items()}
        worst = max(ratio, key=ratio.get)
        print(f"# {model}: logits {ratio['logits']:.2f}, the worst, {worst}, {ratio[worst]:.2f} times "
              "what random roundings do")
        assert ratio[worst] < 6, ratio


def half_is_half():
    """Over all tensors together, thousands of errors: within a factor of two of their spread."""
    for model, tensors in HALVES.items():
        off, expected = (math.sqrt(sum(pair[i] ** 2 for name, pair in tensors.items()
                                       if name != "logits")) for i in (0, 1))
        print(f"# {model}: {off / expected:.2f}")
        assert 0.5 < off / expected < 2, (off, expected)


failures = 0
for place, (name, function) in enumerate(zip(NAMES, [logits_and_loss, gradients, trajectory,
                                                     half_gradients, half_is_half]), 1):
    try:
        function()
        print(f"ok {place} - {name}")
    except Exception as error:  # a test that breaks is a failed test
        failures += 1
        print(f"# {type(error).__name__}: {str(error)[:2000]}")
        print(f"not ok {place} - {name}")
print(f"1..{len(NAMES)}")
sys.exit(failures != 0)
