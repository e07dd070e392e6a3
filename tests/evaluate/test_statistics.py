from itertools import product
from statistics import NormalDist

import numpy
import pytest

from ftlint.evaluate.statistics import (
    bootstrap,
    design_effect,
    detectable,
    effective_groups,
    holm,
    mcnemar,
    paired_bootstrap,
    randomised,
    share_difference,
    sign_flip,
    t_quantile,
    wilson,
)


def mean(sums):
    return sums[:, 0] / sums[:, 1]


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [  # scipy 1.17.1: binomtest(min, won + lost).pvalue
        (5, 15, 0.04138946533203125),
        (36, 64, 0.006637120515926128),
        (1, 6, 0.125),
        (0, 6, 0.03125),
        (7, 7, 1.0),
        (0, 0, 1.0),
        (480, 520, 0.2174482932041415),
    ],
)
def test_mcnemar_is_the_binomial_test_of_the_rows_that_differ(won, lost, p):
    assert mcnemar(won, lost) == pytest.approx(p, rel=1e-6)
    assert mcnemar(lost, won) == mcnemar(won, lost)


@pytest.mark.parametrize(
    "sums", [[3, -1, 2, 0, 1], [2, 2, 2, -2], [1, 1, -4, 1], [5], [0, 0], [-1, 3, 3, 3, 2]]
)
def test_a_sign_flip_is_what_all_flips_give(sums):
    flips = [
        abs(sum(s * f for s, f in zip(sums, signs, strict=True)))
        for signs in product((1, -1), repeat=len(sums))
    ]
    assert sign_flip(sums) == pytest.approx(sum(each >= abs(sum(sums)) for each in flips) / len(flips))


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(hits, rows, low, high):
    """Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3."""
    assert wilson(hits, rows) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_paired_shares_is_bonetts_and_prices():
    """1 against 7 of 21 (Fagerland, Lydersen and Laake 2014), by the formula of R's contingencytables."""
    low, high, _ = share_difference(1, 7, 21)
    one, other = 2 / 23, 8 / 23
    half = 1.959964 * ((one + other - (one - other) ** 2) / 23) ** 0.5
    assert (low, high) == pytest.approx((one - other - half, one - other + half), abs=1e-6)
    assert (low, high) == pytest.approx((-0.5084, -0.0134), abs=1e-4)


def test_rows_that_never_differ_leave_an_interval_all_the_same():
    low, high, error = share_difference(0, 0, 20)
    assert low < -0.05
    assert high > 0.05
    assert error > 0


def test_the_interval_of_paired_shares_holds_the_truth_as_often_as_it_says():
    random = numpy.random.default_rng(1)
    held = 0
    for won, lost, _ in random.multinomial(40, [0.2, 0.1, 0.7], size=2000).tolist():
        low, high, _ = share_difference(won, lost, 40)
        held += low <= 0.1 <= high
    assert 0.935 <= held / 2000 <= 0.98


def test_holm_is_the_published_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.7]) == [0.7]
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@pytest.mark.parametrize(  # scipy 1.17.1: t.ppf(0.975, freedom)
    ("freedom", "quantile"),
    [(1, 12.70620), (2, 4.30265), (3, 3.18245), (5, 2.57058), (10, 2.22814), (30, 2.04227)],
)
def test_quantiles_of_student(freedom, quantile):
    assert t_quantile(0.975, freedom) == pytest.approx(quantile, rel=2e-3)


def test_a_bootstrap_of_means_is_the_interval_of_the_textbook():
    random = numpy.random.default_rng(2)
    base, gain = random.normal(0.5, 0.2, 400), random.normal(0.05, 0.1, 400)
    ones = numpy.ones(400)
    table = numpy.stack([base, ones], 1), numpy.stack([base + gain, ones], 1)
    made = paired_bootstrap(*table, mean, seed=0)
    half = t_quantile(0.975, 399) * gain.std(ddof=1) / 20
    assert made.difference == pytest.approx((gain.mean() - half, gain.mean() + half), abs=0.06 * half)
    # the rows are paired: what both models find hard is no noise
    apart = made.base[1] - made.base[0] + made.tuned[1] - made.tuned[0]
    assert made.difference[1] - made.difference[0] < apart / 3


def test_percentiles_are_widened_for_few_rows_to_students_interval():
    change = numpy.array([0.1, 0.4, -0.2, 0.3, 0.5, 0.2, 0.0, 0.35])
    ones = numpy.ones(8)
    tables = numpy.stack([0 * change, ones], 1), numpy.stack([change, ones], 1)
    low, high = paired_bootstrap(*tables, mean, seed=0, resamples=20_000).difference
    assert (high - low) / 2 == pytest.approx(2.3646 * change.std(ddof=1) / 8**0.5, rel=0.06)


def test_few_rows_of_a_skewed_score_are_held_nearly_as_often_as_is_said():
    random = numpy.random.default_rng(3)
    held = 0
    for index in range(300):
        table = numpy.stack([random.exponential(1, 15), numpy.ones(15)], 1)
        low, high = bootstrap(table, mean, seed=index, resamples=1000)
        held += low <= 1 <= high
    assert held >= 274  # plain percentiles hold 270, a wanted level of 95% would be 285


def test_all_swaps_are_tried_where_they_are_few():
    base, tuned = numpy.array([0.1, 0.5, 0.3, 0.9, 0.2]), numpy.array([0.4, 0.6, 0.2, 1.0, 0.7])
    ones = numpy.ones(5)
    found = randomised(numpy.stack([base, ones], 1), numpy.stack([tuned, ones], 1), mean, seed=0)
    change = tuned - base
    sums = [abs(change @ signs) for signs in product((1, -1), repeat=5)]
    assert found == sum(each >= abs(change.sum()) - 1e-12 for each in sums) / 32


def test_random_swaps_come_near_to_all_of_them():
    random = numpy.random.default_rng(4)
    base = random.normal(0, 1, 14)
    tuned = base + random.normal(0.3, 0.6, 14)
    ones = numpy.ones(14)
    tables = numpy.stack([base, ones], 1), numpy.stack([tuned, ones], 1)
    assert randomised(*tables, mean, seed=0) == pytest.approx(
        randomised(*tables, mean, seed=0, resamples=2**14), abs=0.02
    )


def test_equal_models_have_a_p_of_one():
    table = numpy.array([[0.3, 1.0], [0.6, 1.0]])
    assert randomised(table, table.copy(), mean, seed=0) == 1.0


def test_a_seed_gives_the_same_numbers():
    table = numpy.stack([numpy.arange(30) / 30, numpy.ones(30)], 1)
    assert bootstrap(table, mean, seed=5) == bootstrap(table, mean, seed=5)
    assert bootstrap(table, mean, seed=5) != bootstrap(table, mean, seed=6)


def test_copies_of_a_row_are_one_row():
    """Five copies of each of 20 rows tell what 20 rows tell."""
    values = numpy.array([1.0] * 9 + [0.0] * 11)
    sums = numpy.stack([5 * values, 5 * values], 1)
    effect = design_effect(sums, numpy.full(20, 5.0))
    assert effect == pytest.approx(5 * 20 / 19)
    assert design_effect(numpy.stack([values, values], 1), numpy.ones(20)) == 1.0


def test_what_is_detectable_is_found_four_times_in_five():
    random = numpy.random.default_rng(5)
    rows, apart = 200, 0.3
    _, _, error = share_difference(apart * rows / 2, apart * rows / 2, rows)
    gain = detectable(error, rows, 60, binary=True)
    won = (apart + gain) / 2
    drawn = random.multinomial(rows, [won, apart - won, 1 - apart], size=1000).tolist()
    found = sum(mcnemar(up, down) < 0.05 and up > down for up, down, _ in drawn)
    assert 0.74 <= found / 1000 <= 0.86


@pytest.mark.parametrize("rows", [10, 60, 200])
def test_what_is_detectable_is_found_where_hardly_a_row_differs(rows):
    """Then all who differ are to win: by the standard error alone it would be found in half of the draws."""
    random = numpy.random.default_rng(6)
    _, _, error = share_difference(0, 0, rows)
    gain = detectable(error, rows, 0, binary=True)
    found = sum(mcnemar(int(won), 0) < 0.05 for won in random.binomial(rows, gain, size=1000))
    assert 0.76 <= found / 1000 <= 0.84


def test_scores_of_which_few_differ_are_detectable_by_what_these_differ():
    """Three of 100 rows can never have a p below 0.05, however small their standard error is."""
    change = numpy.zeros(100)
    change[:3] = 0.5
    error = float(change.std(ddof=1)) / 10
    assert detectable(error, 100, 3) == pytest.approx(0.5 * detectable(0, 100, 0, binary=True), rel=0.05)
    assert detectable(0.0, 100, 0) is None


def test_sums_that_come_out_a_little_apart_are_ties():
    """Five rows that all got worse have p = 2 / 2^5, whatever the size of what is measured."""
    for seed in range(40):
        random = numpy.random.default_rng(seed)
        tokens = random.integers(3, 9, 5).astype(float)
        nats = random.normal(12, 0.3, 5)
        rise = abs(random.normal(0, 1e-4, 5))
        one, other = (numpy.stack([each * tokens, tokens], 1) for each in (nats, nats + rise))
        assert randomised(one, other, lambda sums: numpy.exp(mean(sums)), seed=0) == 2 / 32


def test_one_large_group_among_small_ones_widens_intervals():
    """A third of the rows are one observation: the truth, 0.1, is held nearly as often as is said."""
    sizes = numpy.array([50, 30, 20] + [1] * 60)
    random = numpy.random.default_rng(7)
    held = 0
    for _ in range(500):
        each = random.choice([1.0, -1.0, 0.0], p=[0.2, 0.1, 0.7], size=len(sizes))
        table = numpy.stack([each * sizes, each * each * sizes], 1)
        effect = design_effect(table, sizes.astype(float))
        won, lost = float(sizes[each > 0].sum()), float(sizes[each < 0].sum())
        few = effective_groups(sizes)
        low, high, _ = share_difference(won / effect, lost / effect, sizes.sum() / effect, groups=few)
        held += low <= 0.1 <= high
    assert held / 500 >= 0.87  # by rows per group and the normal quantile it is 0.80


def test_so_few_rows_show_nothing():
    assert detectable(0.1, 5, 5) is None
    assert detectable(0.01, 6, 6, binary=True) == pytest.approx(0.8 ** (1 / 6))
    assert detectable(0.01, 6, 6, tests=2, binary=True) is None
    normal = NormalDist()
    assert detectable(0.1, 100, 100) == pytest.approx(0.1 * (normal.inv_cdf(0.975) + normal.inv_cdf(0.8)))
