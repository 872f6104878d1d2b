/** The text itself: short sentences of few words that come back, so that a small network can find patterns. */
export const VILLAGE = `the river runs by the mill, and the mill turns by the river.
the miller wakes with the sun, and the sun wakes the birds.
the birds sing on the roof, and the roof warms in the light.
a small boat lies on the bank, and a rope holds the boat.
when the water is high, the boat goes up with the water.
when the water is low, the boat sleeps on the stones.
the children run to the bridge, and the bridge hums under their feet.
one throws a stick to the left, and one waits on the right.
the stick goes under the bridge, and the river brings it out again.
in the morning the baker lights the fire, and the fire lights the street.
the bread is warm, the bread is round, the bread is good.
the old man buys a loaf, and the old dog waits for the crust.
the wind comes over the hill, and the grass bends with the wind.
the wind goes over the field, and the wheat bows to the wind.
the rain comes after the wind, and the road drinks the rain.
after the rain the air is clear, and the hill looks near.
on the hill stands a tree, and in the tree there is a nest.
in the nest there are three eggs, and over the eggs there is a wing.
one egg is white, one egg is brown, one egg is blue.
the spring opens the eggs, and the summer fills the nest.
the autumn empties the nest, and the winter shakes the tree.
then the spring comes again, and the birds come with the spring.
the smith lives by the road, and his hammer rings all day.
he makes a shoe for the horse, and a ring for the gate.
the horse stands still, the iron is red, the water is cold.
the iron goes in the water, and the water sings and sighs.
the teacher lives by the church, and her bell rings at nine.
the children come from the mill, the children come from the hill.
they count the days, they count the stones, they count the stars.
one and two are three, and two and three are five.
at noon the bell rings again, and the children run home.
the soup is hot, the spoon is deep, the table is long.
the mother tells a story, and the story tells of the sea.
no one here has seen the sea, but the river knows the way.
the river runs to the town, and from the town to the sea.
the boat could go there too, but the rope holds the boat.
in the evening the sun goes down, and the shadows go up the hill.
the lamp is lit in the mill, and the lamp is lit in the school.
the smith puts down his hammer, and the baker puts out his fire.
the old man shuts the gate, and the old dog lies by the door.
the moon comes over the hill, and the river carries the moon.
the owl calls from the tree, and the owl calls from the roof.
nothing moves on the road, and nothing moves in the field.
only the river runs by the mill, and the mill sleeps by the river.
on market day the carts come in, and the street is full of wheels.
there are apples in a basket, there are onions on a string.
there is honey in a jar, and there is butter in a bowl.
the farmer sells a goose, and the goose does not like it.
the miller buys a hat, and the wind does like the hat.
the hat goes over the wall, and the hat goes over the field.
the children run after the hat, and the dog runs after the children.
the hat falls in the river, and the river gives it to the bridge.
so the miller walks home with a wet hat, and the children walk with him.
in the winter the river is still, and the mill is still too.
the snow lies on the roof, and the snow lies on the road.
the children draw a line in the snow, and the line goes round the hill.
the baker bakes by night, and the night smells of bread.
the old man sits by the fire, and the old dog dreams of the hat.
then one day a drop falls from the roof, and then two, and then three.
the ice sings on the river, and the river wakes under the ice.
the boat goes up with the water, and the rope holds the boat.
the river runs by the mill, and the mill turns by the river.
`;
