"""The words and signs of written mathematics, and what each of them is here."""

from __future__ import annotations

from ..language.primitives import PRIMITIVES
from ..language.tree import OPERATORS

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε",
    "varepsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "varphi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
"""Names of Greek letters, and the letters."""
SPELT = {
    "lambda": "lam",
    "varepsilon": "eps",
    "epsilon": "eps",
    "vartheta": "theta",
    "varphi": "phi",
}
"""Greek letters that have another name here: `lambda` is a word of Python."""
LETTERS = {sign: SPELT.get(name, name) for name, sign in GREEK.items()} | {
    "µ": "mu",
    "ℓ": "l",
}

FUNCTIONS = {
    name: name for name in PRIMITIVES if name not in OPERATORS and len(name) > 1
} | {
    "trace": "tr", "Tr": "tr", "Trace": "tr", "TR": "tr", "sp": "tr", "Sp": "tr",
    "Spur": "tr", "spur": "tr", "traza": "tr", "Traza": "tr", "traccia": "tr",
    "determinant": "det", "Det": "det", "inverse": "inv", "Inverse": "inv",
    "inverse_of": "inv", "pinverse": "pinv", "ln": "log", "Log": "log", "Ln": "log",
    "Exp": "exp", "Sin": "sin", "Cos": "cos", "Tan": "tan", "tg": "tan",
    "arctg": "arctan", "atan": "arctan", "asin": "arcsin", "acos": "arccos",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "sgn": "sign",
    "cof": "cof", "Cof": "cof", "cofactor": "cof", "cofactors": "cof", "avg": "mean",
    "adj": "adj", "adjugate": "adj", "Adj": "adj", "Diag": "diag", "diagm": "diag",
    "Diagonal": "diag",
    "Vec": "vec", "vect": "vec", "Vech": "vech",
    "logistic": "sigmoid", "expit": "sigmoid", "ReLU": "relu", "Softmax": "softmax",
    "logdet": "logdet", "kronecker": "kron", "abs": "abs", "average": "mean",
    "chol": "cholesky", "lse": "logsumexp", "LSE": "logsumexp", "eig": "eigenvalues",
    "eigvals": "eigenvalues", "eigvalsh": "eigenvalues", "Norm": "norm",
    "absolute": "abs", "log_softmax": "logsoftmax", "outer": "outer", "dot": "dot",
    "inner": "dot", "vdot": "dot", "matmul": "matmul", "mm": "matmul", "mv": "matmul",
    "transpose": "transpose", "square": "square", "multiply": "multiply",
    "hadamard": "multiply", "slogdet": "logdet", "identity": "eye", "expm": "expm",
    "matrix_power": "matpow", "power": "pow", "linalg_norm": "norm", "t": "t",
    "max": "max", "min": "min", "crossprod": "crossprod", "cot": "cot", "sec": "sec",
    "csc": "csc", "sech": "sech", "csch": "csch", "coth": "coth", "erfc": "erfc",
    "trace_of": "tr", "abs2": "square",
}  # fmt: skip
"""Functions by the names that people give them."""
CODE_ONLY = frozenset(("t", "crossprod", "inner", "outer", "solve", "dot", "multiply",
                       "square", "power",
                       "transpose", "matmul", "mm", "mv", "sp", "step", "unit",
                       "average", "identity"))  # fmt: skip
"""Words that are functions only where they are called."""
ABBREVIATIONS = frozenset(
    "LHS RHS MSE SSE SSR RSS SST NLL ELBO BCE OLS MLE MAP SVD PCA RMSE".split()
)
"""Names that are set as letters and are no products."""
UPRIGHT = frozenset(
    "tr Tr det Det adj diag diagm Diag vec Vec log ln exp sin cos tan softmax sigmoid "
    "relu trace Trace Spur logdet sgn".split()
)
"""Functions that are set as letters, where a bracket follows them."""
GREEDY = frozenset(("tr",))
"""Functions that take, without brackets, all factors that follow."""
MODULES = frozenset(
    "np jnp numpy jax torch tf math scipy linalg nn functional special scipy_special"
    " mx cp cupy la LA LinearAlgebra K F sympy sym sp autograd ForwardDiff ReverseDiff"
    " Zygote Enzyme FiniteDiff DifferentiationInterface".split()
)
"""What stands before a dot and is no value."""

TRANSPOSES = frozenset(
    "T tp trans transp transpose tran trsp tpose transposed trn mt".split()
)
"""What people call the macro of a transpose, which their text may not define."""
SIGNS = {
    "partial": "∂", "nabla": "∇", "triangledown": "∇", "bigtriangledown": "∇",
    "cdot": "·", "cdotp": "·", "bullet": "·",
    "lim": "lim", "over": "over", "times": "×", "otimes": "⊗", "odot": "⊙", "circ": "∘",
    "ast": "*", "star": "*",
    "sum": "∑", "prod": "∏", "int": "∫", "to": "→", "rightarrow": "→",
    "longrightarrow": "→", "infty": "∞", "langle": "⟨", "rangle": "⟩",
    "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖", "lvert": "|", "rvert": "|",
    "vert": "|", "mid": "∣", "lbrace": "(", "{": "(", "rbrace": ")", "}": ")",
    "lbrack": "[", "rbrack": "]", "ldots": "…", "cdots": "…", "dots": "…",
    "vdots": "…", "ddots": "…", "equiv": "≡", "triangleq": ":=", "coloneqq": ":=",
    "doteq": ":=", "approx": "≈", "simeq": "≈", "propto": "∝", "in": "∈", "le": "≤",
    "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "dagger": "†",
    "top": "⊤", "intercal": "⊤", "prime": "'", "pm": "±", "mp": "∓", "div": "/",
    "setminus": "\\", "backslash": "\\", "Leftrightarrow": "⇔", "iff": "⇔",
    "Rightarrow": "⇒", "implies": "⇒",
    "Longrightarrow": "⇒", "leadsto": "⇒", "hookrightarrow": "⇒",
    "Longleftrightarrow": "⇔", "dprime": "'", "colon": ":", "forall": "∀",
    "mapsto": "↦",
    "boxtimes": "⊗", "oslash": "./", "bigodot": "⊙",
    "lt": "<", "gt": ">", "land": ",", "sim": "∼",
}  # fmt: skip
"""LaTeX's names of signs."""
UNICODE = {
    "\N{MINUS SIGN}": "-", "–": "-", "—": "-", "⋅": "·", "•": "·", "∗": "*",
    "∙": "·", "⨂": "⊗", "⊗": "⊗", "◦": "∘", "○": "∘", "⨀": "⊙", "∥": "‖",
    "〈": "⟨", "〉": "⟩", "′": "'", "’": "'", "´": "'", "`": "'", "⊺": "⊤", "ᐪ": "⊤",
    "≜": ":=", "≔": ":=", "≝": ":=", "∈": "∈", "÷": "/", "∕": "/", "⁄": "/",
    "⟶": "→", "❘": "|", "⋯": "…", "…": "…", "𝜕": "∂", "𝝏": "∂", "𝛛": "∂",
    "𝛁": "∇", "𝜵": "∇", "⟹": "⇒", "⟺": "⇔", "∏": "∏", "√": "√", "⊕": "⊕", "⊘": "./",
    "【": "[", "】": "]", "（": "(", "）": ")", "＝": "=", "＋": "+", "，": ",",
    "：": ":", "。": ".", "、": ",",
}  # fmt: skip
"""Signs that stand for others."""
SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀᵗᴴ⁽⁾ⁱʲᵏᵐˣʸᶻᵃᵇᶜᵖᵘᵛʷ",
        "0123456789+-nTtH()ijkmxyzabcpuvw",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₓₚₜᵣ₊₋", "0123456789ijklmnxptr+-", strict=True))
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar",
    "tilde": "tilde", "widetilde": "tilde", "dot": "dot", "ddot": "ddot",
    "check": "check", "breve": "breve", "vec": "", "underline": "",
    "overrightarrow": "", "mathring": "ring",
}  # fmt: skip
"""Accents of LaTeX, and what a name with one is called; an arrow is only a font."""
COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde",
             "\u0307": "dot", "\u20d7": "", "\u0332": ""}  # fmt: skip
BOLD = frozenset("mathbf boldsymbol bm bf pmb symbf vb vec bold mathbfit bs".split())
FONTS = BOLD | frozenset(
    "mathrm mathit mathsf mathtt mathcal mathscr mathfrak mathbb rm it sf cal "
    "mathnormal symup symit textstyle".split()
)
SWITCHES = frozenset("rm it sf cal bf".split())
"""Fonts that hold to the end of their group."""
TEXTS = frozenset(
    "text textrm textbf textit textsf texttt mbox hbox operatorname textnormal "
    "operatorname* mathrm* fbox".split()
)
DROPPED = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm "
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber "
    "notag middle tiny scriptsize footnotesize small normalsize large Large LARGE huge "
    "Huge "
    "mathstrut strut allowbreak nobreak hfill noindent bigskip medskip smallskip "
    "mathopen mathclose protect ensuremath boxed "
    "normalfont null hline blue red green gray cancel bcancel mathstrut smash "
    "mathcolor nobreakspace bbox xcancel sout enclose".split()
)
"""Commands that change how a formula looks."""
BOXES = frozenset("boxed fbox framebox ensuremath red blue green gray emph".split())
"""Commands round what may be a whole statement."""
SPACES = frozenset((",", ";", ":", "!", " ", "\n", ">", "thinspace", "enspace", "/",
                    "negthinspace", "space", "hspace", "vspace",
                    "phantom"))  # fmt: skip
GAPS = frozenset(("quad", "qquad"))
FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"))
IGNORED_ARGUMENT = frozenset(
    ("label", "tag", "tag*", "hspace", "vspace", "color", "phantom", "hspace*",
     "vphantom", "hphantom", "cite", "ref", "eqref", "footnote", "textcolor",
     "colorbox", "mathcolor", "cssId", "class", "style", "href", "htmlClass", "htmlId",
     "htmlStyle", "htmlData", "require")
)  # fmt: skip
VULGAR = {"½": ("1", "2"), "¼": ("1", "4"), "¾": ("3", "4"), "⅓": ("1", "3"),
          "⅔": ("2", "3"), "⅙": ("1", "6"), "⅛": ("1", "8")}  # fmt: skip
WORDS = frozenset(
    "where with if for and when let given Given of then is are be so since as or the "
    "holds hence thus Is Show show that Prove prove Verify Hence Therefore we have get "
    "By by symmetric denotes any all Let If Then Since Where For Suppose Assume "
    "definite const constant".split()
)
"""Words that are no names, wherever they stand."""
OPERATORS = {
    "grad": "gradient", "gradient": "gradient", "Grad": "gradient", "diff": "diff",
    "jacobian": "jacobian", "Jacobian": "jacobian", "jacrev": "jacobian",
    "jacfwd": "jacobian", "hessian": "hessian", "Hessian": "hessian",
    "hess": "hessian", "Hess": "hessian", "derivative": "diff", "lim": "lim",
    "limit": "lim",
}  # fmt: skip
"""Words that differentiate, or take a limit."""
UNWRAPPED = frozenset(
    "aligned align align* split gathered gather gather* equation equation* "
    "alignedat multline multline* eqnarray eqnarray* displaymath".split()
)
"""Environments that only set lines."""
MATRICES = frozenset("matrix pmatrix bmatrix Bmatrix vmatrix smallmatrix array".split())
