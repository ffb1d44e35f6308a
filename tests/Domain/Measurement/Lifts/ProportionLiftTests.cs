using FsCheck.Xunit;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class ProportionLiftTests
{
    // K. Hillstrom's e-mail challenge, 2008; the figures are those of statsmodels 0.13.5.
    [Theory]
    [InlineData(
        3894, 21307, 2262, 0.07658956365153125, 0.06995330808373154, 0.08322674127411137, 0.06994597036098982, 0.08321877653069559,
        5.685165482802317e-112)]
    [InlineData(
        3238, 21387, 2262, 0.045233106587052985, 0.03889409535998813, 0.051574342962213596, 0.03888901721513942, 0.051568456846707425,
        3.1824031593349214e-44)]
    [InlineData(
        267, 21307, 122, 0.006805006519615695, 0.005014344671481532, 0.008640723396917826, 0.004995102606401772, 0.008613628682741802,
        1.5232235005955427e-13)]
    [InlineData(
        189, 21387, 122, 0.003111057511085258, 0.001501657131877008, 0.004745471313672931, 0.0014932181153575947, 0.004727963719660156,
        0.00015710512910668448)]
    public void The_absolute_lift_is_that_of_statsmodels(
        long successes, long customers, long controls, double difference, double low, double high, double adjustedLow, double adjustedHigh,
        double p)
    {
        var lift = Between(successes, customers, controls, 21306);

        Assert.Equal(difference, lift.Absolute.Value, 12);
        Assert.Equal(low, lift.Absolute.Interval.Low, 12);
        Assert.Equal(high, lift.Absolute.Interval.High, 12);
        Assert.Equal(adjustedLow, lift.AgrestiCaffo.Low, 12);
        Assert.Equal(adjustedHigh, lift.AgrestiCaffo.High, 12);
        Assert.InRange(lift.Absolute.PValue / p, 1 - 1e-10, 1 + 1e-10);
    }

    // R. G. Newcombe, Statistics in Medicine 17, 1998, table II, method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(6, 7, 2, 7, 0.0582, 0.8062)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    [InlineData(0, 10, 0, 10, -0.2775, 0.2775)]
    [InlineData(10, 10, 0, 20, 0.6791, 1)]
    [InlineData(10, 10, 0, 10, 0.6075, 1)]
    public void Newcombes_interval_is_that_of_his_paper(
        long successes, long customers, long controls, long controlled, double low, double high)
    {
        var interval = Between(successes, customers, controls, controlled).Absolute.Interval;

        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Theory]
    [InlineData(3894, 21307, 0.721404616781399, 0.08298838779935072)]
    [InlineData(3238, 21387, 0.42605507026691014, 0.07165425812392029)]
    public void The_relative_lift_is_that_of_the_delta_method(long successes, long customers, double value, double half)
    {
        var relative = Between(successes, customers, 2262, 21306).Relative!.Value;

        Assert.Equal(value, relative.Value, 12);
        Assert.Equal(half, relative.Interval.High - relative.Value, 12);
    }

    [Fact]
    public void There_is_no_relative_lift_over_a_control_in_which_nobody_did_it() => Assert.Null(Between(5, 56, 0, 29).Relative);

    [Fact]
    public void Arms_in_which_nobody_did_it_tell_nothing()
    {
        var lift = Between(0, 100, 0, 100);

        Assert.Equal((0.0, 1.0, false), (lift.Absolute.Value, lift.Absolute.PValue, lift.Absolute.IsClear));
    }

    [Property]
    public void Changing_places_changes_the_sign(ushort one, ushort other, ushort more, ushort others)
    {
        var (a, b) = (new Proportion(one, one + more + 1L), new Proportion(other, other + others + 1L));
        var (lift, back) = (ProportionLift.Between(a, b, Confidence.Default), ProportionLift.Between(b, a, Confidence.Default));

        Assert.Equal(lift.Absolute.Interval.Low, -back.Absolute.Interval.High, 12);
        Assert.Equal(lift.Absolute.PValue, back.Absolute.PValue, 12);
        Assert.True(lift.Absolute.Interval.Contains(lift.Absolute.Value));
        Assert.InRange(lift.Absolute.Interval.Low, -1 - 1e-12, 1);
        Assert.InRange(lift.Absolute.Interval.High, -1, 1 + 1e-12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    public void Counts_that_cannot_be_are_refused(long successes, long trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Proportion(successes, trials));

    private static ProportionLift Between(long successes, long customers, long controls, long controlled) =>
        ProportionLift.Between(new(successes, customers), new(controls, controlled), Confidence.Default);
}
