"""Writes pypde.json: what py-pde makes of models from random fields, for TestAsPyPDE.

    pip install py-pde==0.59.0 && NUMBA_DISABLE_JIT=1 python3 pypde.py
"""
import json
import multiprocessing
import numpy
import pde

# Of each model the right sides, the boundary for py-pde and in a model's file, and formulas of the
# file that are other ones.
MODELS = {
    "heat": (
        {"u": "0.3*laplace(u) + x*y - sin(t)*x"},
        {"x-": {"value_expression": "t*y + 1"}, "x+": {"type": "mixed", "value": 2, "const": 3}, "y-": {"derivative": 0.5}, "y+": {"value": 1}},
        'all = { left = "value t*y + 1", right = "robin 2 1 3", top = "derivative 0.5", bottom = "value 1" }',
    ),
    "advection": (
        {"u": "0.1*laplace(u) - y*d_dx(u) + x*d_dy(u)"},
        {"x": "periodic", "y-": {"value": 0.5}, "y+": {"derivative_expression": "x + t"}},
        'all = { x = "periodic", top = "value 0.5", bottom = "derivative x + t" }',
    ),
    "burgers": (
        {"u": "0.1*laplace(u) - u*d_dx(u) - v*d_dy(u)", "v": "0.1*laplace(v) - u*d_dx(v) - v*d_dy(v)"},
        {"x": {"value": 0.25}, "y": {"derivative": 0}},
        'all = { x = "value 0.25", y = "derivative 0" }',
    ),
    "grayscott": (
        {"u": "0.016*laplace(u) - u*v**2 + 0.035*(1 - u)", "v": "0.008*laplace(v) + u*v**2 - 0.1*v"},
        {"x": "periodic", "y": "periodic"},
        'all = "periodic"',
    ),
    "allencahn": ({"u": "laplace(u)/10 + u - u**3"}, {"x": {"derivative": 0}, "y": {"derivative": 0}}, ""),
    "cahnhilliard": (
        {"u": "laplace(u**3 - u - 0.02*laplace(u))"},
        {"x": {"derivative": 0}, "y": "periodic"},
        'all = { y = "periodic" }\nmu = { x = "derivative 0" }',
        {"mu": "u**3 - u - 0.02*laplace(u)", "u": "laplace(mu)"},
    ),
    "fitzhugh": (
        {"u": "0.2*laplace(u) + u - u**3/3 - v", "v": "0.08*(u + 0.7 - 0.8*v)"},
        {"x": "periodic", "y": {"derivative": 0}},
        'all = { x = "periodic" }',
    ),
    "wave": ({"u": "v", "v": "2*laplace(u) - 0.1*v"}, {"x": {"value": 0}, "y": {"derivative": 0}}, 'all = { x = "value 0" }'),
    "kuramoto": (
        {"u": "-laplace(u)/10 - laplace(laplace(u))/100 - gradient_squared(u)/2"},
        {"x": "periodic", "y": "periodic"},
        'all = "periodic"',
    ),
}
DT, STEPS, SIZE, BOUNDS = 0.004, 5, [7, 6], [[-1, 2.5], [0.5, 2.3]]  # columns and rows, x and y


def text_of(rules, boundary, formulas):
    """The model's file."""
    formulas = dict(formulas)
    for f in formulas:
        for there, here in {"laplace": "laplacian", "d_d": "d", "**": "^"}.items():
            formulas[f] = formulas[f].replace(there, here)
    spacing = [(hi - lo) / n for (lo, hi), n in zip(BOUNDS, SIZE)]
    text = f"[grid]\nsize = {SIZE[::-1]}\nspacing = {spacing[::-1]}\norigin = {[BOUNDS[1][0], BOUNDS[0][0]]}\n"
    text += "[fields]\n" + "".join(f"{f} = 0\n" for f in rules)
    if "mu" in formulas:
        text += f'[let]\nmu = "{formulas["mu"]}"\n'
    text += "[equations]\n" + "".join(f'{f} = "{formulas[f]}"\n' for f in rules)
    return text + f"[boundary]\n{boundary}\n[time]\ndt = {DT}\nsteps = {STEPS}\n"


def model(name):
    rules, bc, boundary, *formulas = MODELS[name]
    grid = pde.CartesianGrid(BOUNDS, SIZE, periodic=[bc.get("x") == "periodic", bc.get("y") == "periodic"])
    rng = numpy.random.default_rng(1)
    fields = [pde.ScalarField(grid, rng.uniform(0, 1, SIZE).round(3), label=f) for f in rules]
    state = fields[0] if len(fields) == 1 else pde.FieldCollection(fields)
    made = {"name": name, "text": text_of(rules, boundary, formulas[0] if formulas else rules)}
    made["initial"] = {f.label: f.data.T.tolist() for f in fields}
    for scheme, solver in {"euler": "euler", "rk4": "runge-kutta"}.items():
        equation = pde.PDE(rules, bc=dict(bc))
        end = equation.solve(state.copy(), t_range=DT * STEPS, dt=DT, solver=solver, adaptive=False, tracker=None, backend="numpy")
        ends = [end] if len(fields) == 1 else list(end)
        made[scheme] = {f: e.data.T.tolist() for f, e in zip(rules, ends)}
    return made


if __name__ == "__main__":
    # Each model has a process: py-pde takes boundary conditions of one for those of another.
    with multiprocessing.Pool(1, maxtasksperchild=1) as pool:
        made = {"py-pde": pde.__version__, "dt": DT, "steps": STEPS, "models": list(pool.imap(model, MODELS))}
    with open("pypde.json", "w") as out:
        out.write(json.dumps(made).replace('{"name"', '\n{"name"').replace(']], "', ']],\n"') + "\n")
