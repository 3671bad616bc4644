"""Printing of trees: what is printed reads as the same tree, with few brackets."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.language.expression import (
    Call,
    Derived,
    Name,
    Number,
    Tree,
    Tuple_,
    parse,
)
from verifier.language.printing import show

numbers = st.one_of(
    st.integers(0, 10**15).map(Fraction),
    st.builds(
        lambda k, e: k * Fraction(10) ** e, st.integers(1, 999), st.integers(-9, 9)
    ),
).map(Number)
names = st.sampled_from(("x", "y", "A", "n", "pi"))
leaves = st.one_of(numbers, names.map(Name))


def grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    one, two = st.tuples(inner), st.tuples(inner, inner)
    some = st.lists(inner, max_size=3).map(tuple)
    symbols = st.sampled_from("fg")
    positions = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)
    binary = st.sampled_from(("add", "sub", "mul", "div", "matmul", "pow"))
    return st.one_of(
        st.builds(Call, binary, two),
        st.builds(Call, st.sampled_from(("neg", "transpose")), one),
        st.builds(Call, st.sampled_from(("exp", "tr", "solve", "f")), some),
        st.builds(
            Derived, st.just("D"), symbols, positions, st.none(), st.none(), some
        ),
        st.builds(
            Derived,
            st.just("hessian"),
            symbols,
            st.just(()),
            st.none(),
            st.none(),
            some,
        ),
        st.builds(Derived, st.just("taylor"), symbols, st.just(()), inner, inner, one),
    )


trees = st.recursive(leaves, grown, max_leaves=12)


@given(trees)
def test_printed_tree_is_parsed_to_the_same_tree(tree: Tree):
    assert parse(show(tree)) == tree


@given(st.lists(trees, min_size=1, max_size=3).map(tuple))
def test_printed_tuple_is_parsed_to_the_same_tuple(items: tuple[Tree, ...]):
    assert parse(show(Tuple_(items)), tuple_allowed=True) == Tuple_(items)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(x.T)@(A+A.T)", "x.T @ (A + A.T)"),
        ("((a*b))*c", "a * b * c"),
        ("a*(b*c)", "a * (b * c)"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("-(x**2)", "-x**2"),
        ("(-x)**2", "(-x)**2"),
        ("x**(-1)", "x**-1"),
        ("(a**b)**c", "(a**b)**c"),
        ("a**(b**c)", "a**b**c"),
        ("(-a)*b", "-a * b"),
        ("-(a*b)", "-(a * b)"),
        ("a*(-b)", "a * -b"),
        ("(A@B).T", "(A @ B).T"),
        ("A.T.T", "A.T.T"),
        ("(2).T", "(2).T"),
        ("+x", "x"),
        ("D(D(f,1),2)(x,y)", "D(D(f), 2)(x, y)"),
        ("hessian( f )(x)", "hessian(f)(x)"),
        ("taylor(f,a,n+1)(x)", "taylor(f, a, n + 1)(x)"),
        ("2.50", "2.5"),
        (".1", "0.1"),
        ("1e-12", "1e-12"),
        ("2.5e3", "2500"),
        ("1e300", "1e300"),
        ("0.0", "0"),
    ],
)
def test_tree_is_printed_with_few_brackets(text: str, shown: str):
    assert show(parse(text)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(1, 3), "1/3 * x"),
        (Fraction(-1, 3), "-1/3 * x"),
        (Fraction(-2), "-2 * x"),
        (Fraction(1, 2), "0.5 * x"),
    ],
)
def test_factor_that_no_literal_writes_is_printed_as_a_quotient(value, shown):
    assert show(Call("mul", (Number(value), Name("x")))) == shown


def test_quotient_is_bracketed_where_it_binds_too_little():
    third = Number(Fraction(1, 3))
    assert show(Call("pow", (Name("x"), third))) == "x**(1/3)"
    assert show(Call("pow", (third, Name("x")))) == "(1/3)**x"
    assert show(Call("mul", (Name("x"), Number(Fraction(-2))))) == "x * -2"
