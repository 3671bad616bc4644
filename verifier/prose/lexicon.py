"""The words that prose is understood by, in English, French and Chinese.

Some are German and Spanish. Each phrase has a class and a value. A word that is not
here is not understood.
"""

from __future__ import annotations

_ADJECTIVES = {
    "symmetric": "symmetric|symmetrical|hermitian|self-adjoint|"
    "symétrique|symétriques|对称|"
    "對稱|实对称|gram|kernel"
    "|symmetrisch|symmetrische|symmetrischen|symmetrischer|symmetrisches"
    "|simétrica|simétrico|simétricas|simétricos|đối xứng",
    "positive_definite": "positive definite|positive-definite|"
    "symmetric positive definite|"
    "symmetric positive-definite|spd|s.p.d|p.d|psd|p.s.d|positive semidefinite|"
    "positive semi-definite|positive-semidefinite|positive semi definite|"
    "symmetric positive semidefinite|symmetric positive semi-definite|"
    "définie positive|définies positives|défini positif|semi-définie positive|"
    "symétrique définie positive|symétrique semi-définie positive|正定|半正定|"
    "对称正定|covariance|variance-covariance|precision|correlation|协方差"
    "|positiv definit|positiv definite|positiv definiten"
    "|positiv semidefinit|definida positiva|definido positivo"
    "|semidefinida positiva",
    "invertible": "invertible|nonsingular|non-singular|non singular|regular|inversible|"
    "inversibles|régulière|可逆|非奇异|非退化|满秩方"
    "|invertierbar|invertierbare|invertierbaren|regulär|reguläre"
    "|no singular",
    "orthogonal": "orthogonal|orthonormal|unitary|rotation|permutation|orthogonale|"
    "orthogonales|正交|酉"
    "|orthogonalen|ortogonal|ortogonales",
    "diagonal": "diagonal|diagonale|diagonales|对角",
    "lower": "lower triangular|lower-triangular|triangulaire inférieure|下三角",
    "upper": "upper triangular|upper-triangular|triangulaire supérieure|上三角",
    "skew": "skew-symmetric|skew symmetric|antisymmetric|anti-symmetric|skew|"
    "antisymétrique|反对称"
    "|schiefsymmetrisch|schiefsymmetrische|antisimétrica|antisimétrico",
    "idempotent": "idempotent|idempotente|幂等",
    "projection": "projection|orthogonal projection|hat",
    "square": "square|carrée|carrées|carré"
    "|quadratisch|quadratische|quadratischen|cuadrada|cuadradas|cuadrado",
    "unit": "unit|unit-norm|unitaire|unit-length|单位长",
    "positive": "positive|strictly positive|strictement positif|positif|positifs|"
    "positive real|正",
    "probability": "probability|stochastic|概率",
    "full_rank": "full rank|full-rank|full column rank|de rang plein|满秩|列满秩",
    "elementwise": "elementwise|element-wise|entrywise|entry-wise|componentwise|"
    "component-wise|pointwise|coordinatewise|coordinate-wise|逐元素|按元素|逐元|"
    "逐分量",
    "constant": "constant|constante|constantes|constants|fixed|常",
    "convex": "convex|convexe|凸",
    "concave": "concave|凹",
    "row": "row|ligne|行",
    "not symmetric": "non-symmetric|nonsymmetric|asymmetric|unsymmetric|非对称|不对称|"
    "non symétrique"
    "|nicht symmetrisch|no simétrica|no es simétrica",
    "not invertible": "singular|non-invertible|noninvertible|不可逆|奇异",
    "scalar": "scalar|scalar-valued|real-valued|scalaire|scalaires",
    "valued_vector": "vector-valued|vectorielle|向量值",
    "valued_matrix": "matrix-valued|矩阵值",
}
_NOUNS = {
    "scalar": "scalar|scalars|scalaire|scalaires|real number|real numbers|"
    "scalar number|scalar value|"
    "nombre réel|réel|réels|nombres réels|标量|实数|纯量"
    "|skalar|skalare|reelle zahl|escalar|escalares|número real",
    "integer": "integer|integers|entier|entiers|整数",
    "vector": "vector|vectors|column vector|column vectors|"
    "column-vector|vecteur|vecteurs|"
    "vecteur colonne|vecteurs colonnes|向量|列向量|矢量|列矢量"
    "|vektor|vektoren|spaltenvektor|spaltenvektoren|vectores|vector columna"
    "|vectores columna",
    "row_vector": "row vector|row vectors|row-vector|"
    "vecteur ligne|vecteurs lignes|行向量"
    "|zeilenvektor|vector fila",
    "matrix": "matrix|matrices|matrice|矩阵|阵|matrizen|matriz|ma trận",
    "square_matrix": "方阵",
    "constant": "constant|constants|constante|constantes|常数|常量",
    "function": "function|functions|fonction|fonctions|函数|nonlinearity|non-linearity|"
    "activation function|activation functions|activation|activations|激活函数|map|"
    "mapping|nonlinear function|non-linear function|nonlinear activation function|"
    "differentiable function|smooth function|fonction d'activation"
    "|funktion|funktionen|función|funciones",
    "covariance": "covariance|covariance matrix|variance-covariance matrix|"
    "covariance matrices|precision matrix|correlation matrix|"
    "matrice de covariance|协方差矩阵",
    "identity": "identity|identity matrix|unit matrix|matrice identité|identité|"
    "matrice unité|单位矩阵|单位阵|单位方阵|恒等矩阵",
    "ones": "vector of ones|all-ones vector|all ones vector|ones vector|ones-vector|"
    "vector of all ones|column of ones|vector of 1s|all-one vector|unit-ones vector|"
    "vecteur de uns|vecteur de 1|全1向量|全一向量|matrix of ones|"
    "all-ones matrix|matrix of all ones",
    "zeros": "zero vector|zero matrix|null vector|null matrix|vector of zeros|"
    "matrix of zeros|vecteur nul|matrice nulle|零向量|零矩阵|origin",
}
_MEANINGS = {
    "mul": "hadamard product|elementwise product|element-wise product|"
    "elementwise multiplication|element-wise multiplication|entrywise product|"
    "entry-wise product|component-wise product|componentwise product|"
    "componentwise multiplication|pointwise product|pointwise multiplication|"
    "schur product|hadamard|produit de hadamard|produit terme à terme|"
    "哈达玛积|逐元素相乘|逐元素乘法|逐元素积|按元素乘积|按元素相乘",
    "kron": "kronecker product|kronecker|tensor product|produit de kronecker|"
    "produit tensoriel|克罗内克积",
    "tr": "trace|trace operator|matrix trace|迹|矩阵的迹",
    "det": "determinant|déterminant|行列式",
    "transpose": "transpose|transposition|matrix transpose|transposée|转置",
    "inv": "inverse|matrix inverse|逆矩阵",
    "pinv": "pseudo-inverse|pseudoinverse|pseudo inverse|generalized inverse|"
    "moore-penrose inverse|moore-penrose pseudoinverse|moore-penrose pseudo-inverse|"
    "伪逆|广义逆",
    "norm": "euclidean norm|l2 norm|2-norm|norm|vector norm|norme euclidienne|norme|"
    "范数|二范数",
    "frobenius": "frobenius norm|norme de frobenius",
    "sigmoid": "sigmoid|sigmoid function|logistic function|logistic sigmoid|"
    "logistic sigmoid function|sigmoïde|fonction sigmoïde|fonction logistique|"
    "sigmoid activation|sigmoid activation function",
    "softmax": "softmax|softmax function|fonction softmax|softmax activation",
    "relu": "relu|relu function|rectified linear unit|relu activation",
    "tanh": "hyperbolic tangent|tanh|tanh function",
    "log": "natural logarithm|logarithm|logarithme|logarithme népérien|自然对数",
    "vec": "vectorization|vectorization operator|vec operator|向量化",
    "composition": "composition|function composition|复合",
}
_CLASSES = {
    "copula": "is|are|be|being|denotes|denote|equals|represents|"
    "represent|est|sont|soit|étant|"
    "has|have|acts|operates|applies|soient|désigne|désignent|为|是|表示|代表|均为|都是|=|也是|就是|"
    "分别为|分别是|是一个"
    "|ist|sind|es|son|là",
    "let": "let|suppose|consider|assume|given|define|take|denote|setting|assuming|"
    "supposons|considérons|soit|soient|posons|设|令|假设|给定|记|考虑|假定|定义|"
    "已知|hypothesis"
    "|sei|seien|angenommen|sea|sean|supongamos|suponiendo|consideremos"
    "|gegeben",
    "if": "if|when|whenever|provided|for|in case|in the case|si|quand|lorsque|pour|für|"
    "若|如果|当|对于|对|假如|only if|unless|as long as|whether|si de plus|"
    "si de surcroît"
    "|wenn|falls|sofern|cuando|siempre que|nếu",
    "where": "where|with|here|using|having|where the|où|avec|"
    "ici|其中|这里|此处|for which"
    "|wobei|donde|con",
    "since": "since|because|as|note that|notice that|puisque|car|comme|因为|由于|"
    "注意|注意到|recall that|remember that|因",
    "such": "such that|i.e|that is|e.g|s.t|so that|satisfying|satisfies|tel que|"
    "telle que|即|满足|使得|c'est-à-dire|verifying|vérifiant",
    "and": "and|or|et|ou|和|与|及|以及|且|、|并且|而|&|as well as|und|y",
    "not": "not|non|no|never|neither|nor|isn't|aren't|n'est|pas|ne|不|非|不是|并非|"
    "need not|not necessarily|不一定|不必|未必|no longer|n'est pas|ne sont pas|"
    "n'est pas nécessairement|non nécessairement"
    "|nicht|keine|kein",
    "det": "a|an|the|any|some|all|every|each|this|these|both|another|un|une|des|le|la|"
    "les|l'|tout|toute|tous|一个|任意|任一|某个|个|所有|某|一|该|ces|cette|deux|"
    "two|three|"
    "several|arbitrary|general|given|real|real-valued|generic|known|unknown|random|"
    "nonzero|non-zero|réelle|réel|réels|quelconque|arbitraire|实|随机|任何|此|"
    "free|certain|standard|suitable|finite|simple|complex|non-random|deterministic|"
    "possibly|weight|data|design|parameter|feature|input|output|target|coefficient|"
    "hidden|bias|response|error|noise|observation|mean|column|参数|系数|数据|权重|"
    "同型|维|阶|的|dimensional|dimension|d'ordre|de taille|de dimension|of size|"
    "of dimension|of dimensions|of length|of order|of shape|of type|of sizes|长度为|"
    "大小为|维数为|维度为|型|级|by"
    "|ein|eine|einer|einen|der|die|das|una|el|los|las|cualquier|một",
    "adverb": "also|thus|therefore|hence|always|still|itself|"
    "already|assumed|assumed to be|"
    "known to be|supposed|supposed to be|clearly|simply|just|usually the|taken to be|"
    "chosen to be|both|again|then|aussi|donc|toujours|supposée|supposé|supposés|一个|"
    "都|均|也|总|now|indeed|here|additionally|further|in fact|of course|further "
    "assumed",
    "modal": "may|might|can|could|would|should we|to|peut|peuvent|可以|可能|not be",
    "in": "in|∈|dans|belongs to|lies in|appartient à|属于|de|of",
    "small": "and|or|with|of|in|such|that|which|whose|for|to|then|"
    "where|when|so|we|it|is|"
    "are|has|have|by|the|from|as|on|if|since|because|only|but|while|over|at|defined|"
    "here|our|its|their|his|this|these|be|not|can|will|may|et|ou|de|du|des|dont|"
    "qui|que|"
    "dans|sur|alors|on|nous|i.e|e.g|both|whenever|unless|let|also|does|do|"
    "then the|，|thus|hence|therefore|there|s.t|a|an|à|le|la|les|，则|则|那么|有|"
    "时|的|所以|"
    "因此|可得|得|就|，|having|being|too|like|per|between|now|instead|up|"
    "respectivement",
    "no cue": "with respect to|with regard to|for example|"
    "for instance|as well|as a|as an|"
    "as the|such as|for simplicity|for convenience|in terms of|by definition|for now|"
    "given by|for which|for the sake of|with the help of|as follows|for short|def|"
    "par exemple|例如|as before|as above|as usual|as in|as it|so as",
    "stop": "then|alors|cela donne|ceci donne|on obtient|il vient|this gives|"
    "则|那么|therefore|hence|thus|所以|因此|dann|entonces|thì",
    "depends": "does not depend on|do not depend on|doesn't depend on|independent of|"
    "is independent of|are independent of|not a function of|is not a function of|"
    "ne dépend pas de|ne dépendent pas de|indépendant de|indépendante de|与无关|"
    "不依赖于|"
    "not depend on|not depending on|not depend|constant with respect to|"
    "constant w.r.t",
}


def _rows(table: dict[str, str], kind: str) -> dict[str, tuple[str, str]]:
    return {
        phrase: (kind, value)
        for value, phrases in table.items()
        for phrase in phrases.split("|")
    }


def _together() -> dict[str, frozenset[tuple[str, str]]]:
    made: dict[str, set[tuple[str, str]]] = {}
    tables = [
        _rows(_ADJECTIVES, "adjective"),
        _rows(_NOUNS, "noun"),
        _rows(_MEANINGS, "meaning"),
        *(_rows({kind: words}, kind) for kind, words in _CLASSES.items()),
    ]
    for table in tables:
        for phrase, row in table.items():
            made.setdefault(phrase, set()).add(row)
    return {phrase: frozenset(rows) for phrase, rows in made.items()}


LEXICON = _together()
"""A phrase in lower case, to its classes and values."""
MOST_WORDS = max(len(phrase.split()) for phrase in LEXICON)
LONGEST_SIGNS = max(len(phrase) for phrase in LEXICON if not phrase[0].isascii())
"""Characters of the longest phrase without spaces between its words."""
WITH_MATRIX = frozenset(
    ("gram", "kernel", "rotation", "permutation", "hat", "covariance", "precision",
     "correlation", "variance-covariance", "projection", "协方差")
)  # fmt: skip
"""Words that say what a matrix is only before the word `matrix`."""
