using Parley.Protocol.Addressing;
using Parley.Simulation;
using Parley.Transport.Impairment;

namespace Parley.Scenarios.Links;

/// <summary>Two scripted machines, alice and bob, and short words for the tests.</summary>
internal sealed class Network
{
    public static readonly byte[] AliceKey = Enumerable.Repeat((byte)0xA1, 32).ToArray();
    public static readonly byte[] BobKey = Enumerable.Repeat((byte)0xB0, 32).ToArray();

    public Network(int seed = 1, SimulatorOptions? options = null)
    {
        Simulator = new Simulator(seed, options);
        AliceHost = Simulator.AddHost("alice", Alice, Address(1), new SimulatedHostOptions { KeyHash = AliceKey });
        BobHost = Simulator.AddHost("bob", Bob, Address(2), new SimulatedHostOptions { KeyHash = BobKey });
    }

    public Simulator Simulator { get; }

    public ScriptedEndpoint Alice { get; } = new();

    public ScriptedEndpoint Bob { get; } = new();

    public SimulatedHost AliceHost { get; }

    public SimulatedHost BobHost { get; }

    public static TransportAddress Address(byte last) => TransportAddress.FromIPv4(0x0A000000u | last, 5001);

    public static ImpairmentOptions Impairment(string text)
    {
        Assert.True(ImpairmentOptions.TryParse(text, out var options, out var error), error);
        return options;
    }

    public Network With(string impairment)
    {
        Simulator.Connect(AliceHost, BobHost, Impairment(impairment));
        return this;
    }
}
